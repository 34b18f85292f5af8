import type { LabelParameterVersionRequest, LabelParameterVersionResult } from "@aws-sdk/client-ssm";
import { defineOperation } from "../../../gateway/operation.ts";
import type { SsmDependencies } from "../dependencies.ts";
import { tooManyLabels, versionNotFound } from "../errors.ts";
import { onParameters, scopeOf } from "../permissions.ts";
import { findVersion, putParameterRecord, requireParameter } from "../repository.ts";
import { labelsOf } from "../views.ts";

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_LabelParameterVersion.html */
export const labelParameterVersion = defineOperation<
  SsmDependencies,
  LabelParameterVersionRequest,
  LabelParameterVersionResult
>({
  authorise: onParameters("ssm:LabelParameterVersion", ({ Name }) => [Name]),
  handle: async (input, call, { store, clock }) => {
    const given = [...new Set(input.Labels ?? [])];
    const InvalidLabels = given.filter((label) => !isLabel(label));
    const labels = given.filter(isLabel);
    const number = await store.transaction(async (transaction) => {
      const parameter = await requireParameter(transaction, scopeOf(call), input.Name, clock.now());
      const version = input.ParameterVersion ?? parameter.latest.version;
      if ((await findVersion(transaction, parameter, version)) === undefined) {
        throw versionNotFound(parameter.name, String(version));
      }
      const moved = Object.fromEntries(labels.map((label) => [label, version]));
      const changed = { ...parameter, labels: { ...parameter.labels, ...moved } };
      if (labelsOf(changed, version).length > mostLabels) throw tooManyLabels();
      putParameterRecord(transaction, changed);
      return version;
    });
    return { InvalidLabels, ParameterVersion: number };
  },
});

const mostLabels = 10;

const isLabel = (label: string): boolean =>
  /^[a-zA-Z_.-][a-zA-Z0-9_.-]{0,99}$/.test(label) && !/^(aws|ssm)/i.test(label);
