import type { CreateLogGroupRequest } from "@aws-sdk/client-cloudwatch-logs";
import { defineOperation } from "../../../gateway/operation.ts";
import { requestTagKeys } from "../../../gateway/tag-condition-keys.ts";
import { type LogsDependencies, logResources, scopeOfCall } from "../dependencies.ts";
import { notSupported } from "../errors.ts";
import { checkGroupName } from "../names.ts";
import { insertGroup } from "../repository.ts";
import { withTags } from "../tags.ts";

export const createLogGroup = defineOperation<LogsDependencies, CreateLogGroupRequest, Record<string, never>>({
  authorise: {
    kind: "permissions",
    permissions: (input, call) => {
      const resources = logResources(input, call);
      const tags = Object.entries(input.tags ?? {});
      const conditionKeys = requestTagKeys(tags);
      const create = { action: "logs:CreateLogGroup", resources, conditionKeys };
      return tags.length === 0 ? [create] : [create, { action: "logs:TagResource", resources, conditionKeys }];
    },
  },
  handle: async (input, call, { store, clock }) => {
    const name = checkGroupName(input.logGroupName ?? "");
    if (input.kmsKeyId !== undefined) throw notSupported("A log group's own kmsKeyId");
    if (input.deletionProtectionEnabled) throw notSupported("deletionProtectionEnabled");
    const logGroupClass = input.logGroupClass ?? "STANDARD";
    if (logGroupClass !== "STANDARD" && logGroupClass !== "INFREQUENT_ACCESS") {
      throw notSupported(`The log group class ${logGroupClass}`);
    }
    const tags = withTags({}, input.tags ?? {});
    await store.transaction((transaction) =>
      insertGroup(transaction, { ...scopeOfCall(call), name, logGroupClass, createdAt: clock.now(), tags }),
    );
    return {};
  },
});
