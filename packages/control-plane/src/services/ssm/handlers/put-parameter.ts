import type { PutParameterRequest, PutParameterResult } from "@aws-sdk/client-ssm";
import { defineOperation } from "../../../gateway/operation.ts";
import { requestTagKeys } from "../../../gateway/tag-condition-keys.ts";
import type { Transaction } from "../../../state/store.ts";
import type { ParameterRecord, VersionRecord } from "../collections.ts";
import type { SsmDependencies } from "../dependencies.ts";
import { keyUserOf } from "../dependencies.ts";
import { oldestHasLabel, parameterExists, validation } from "../errors.ts";
import { checkNewName } from "../names.ts";
import { nextVersion } from "../new-version.ts";
import { hideValue } from "../parameter-values.ts";
import { arnForPolicy, scopeOf } from "../permissions.ts";
import { expiryOf } from "../policies.ts";
import { findByName, putEarlierVersion, putParameterRecord, removeEarlierVersion } from "../repository.ts";
import { tagPairs, withTags } from "../tags.ts";

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html */
export const putParameter = defineOperation<SsmDependencies, PutParameterRequest, PutParameterResult>({
  authorise: {
    kind: "permissions",
    permissions: (input, call) => {
      const resources = [arnForPolicy(input.Name, scopeOf(call))];
      const conditionKeys = {
        ...requestTagKeys(tagPairs(input.Tags)),
        "ssm:Overwrite": [String(input.Overwrite ?? false)],
        ...(input.Policies === undefined ? {} : { "ssm:Policies": [input.Policies] }),
      };
      const actions = ["PutParameter", ...((input.Tags ?? []).length > 0 ? ["AddTagsToResource"] : [])];
      return actions.map((action) => ({ action: `ssm:${action}`, resources, conditionKeys }));
    },
  },
  handle: async (input, call, dependencies) => {
    const { store, clock } = dependencies;
    const scope = scopeOf(call);
    const name = checkNewName(input.Name);
    const overwrite = input.Overwrite ?? false;
    const tags = withTags({}, input.Tags ?? []);
    if (overwrite && (input.Tags ?? []).length > 0) {
      throw validation(
        "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.",
      );
    }
    // What is written meanwhile takes the number, and then this is made again as the next.
    for (;;) {
      const now = clock.now();
      const before = await store.read((transaction) => findByName(transaction, scope, name, now));
      if (before !== undefined && !overwrite) throw parameterExists();
      const made = nextVersion(input, before, { arn: call.principal.arn, now });
      const value = await hideValue(dependencies, keyUserOf(call), { ...scope, name }, made, input.Value ?? "");
      const written = await store.transaction(async (transaction) => {
        const current = await findByName(transaction, scope, name, now);
        if (current?.latest.version !== before?.latest.version) return false;
        write(transaction, current ?? { ...scope, name, tags }, { ...made, value });
        return true;
      });
      if (written) return { Version: made.version, Tier: made.tier };
    }
  },
});

const mostVersions = 100;

const write = (
  transaction: Transaction,
  parameter: Pick<ParameterRecord, "accountId" | "region" | "name" | "tags"> & Partial<ParameterRecord>,
  version: VersionRecord,
): void => {
  const { latest: before, labels = {}, oldestVersion = version.version, expiresAt: _, ...rest } = parameter;
  const expiresAt = expiryOf(version.policies);
  const surplus = version.version - oldestVersion >= mostVersions;
  if (surplus && Object.values(labels).includes(oldestVersion)) throw oldestHasLabel(parameter.name, oldestVersion);
  const record: ParameterRecord = {
    ...rest,
    latest: version,
    labels,
    oldestVersion: surplus ? oldestVersion + 1 : oldestVersion,
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
  if (before !== undefined) putEarlierVersion(transaction, record, before);
  if (surplus) removeEarlierVersion(transaction, record, oldestVersion);
  putParameterRecord(transaction, record);
};
