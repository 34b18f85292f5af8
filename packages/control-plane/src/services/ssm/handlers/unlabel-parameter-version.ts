import type { UnlabelParameterVersionRequest, UnlabelParameterVersionResult } from "@aws-sdk/client-ssm";
import { defineOperation } from "../../../gateway/operation.ts";
import type { SsmDependencies } from "../dependencies.ts";
import { versionNotFound } from "../errors.ts";
import { onParameters, scopeOf } from "../permissions.ts";
import { findVersion, putParameterRecord, requireParameter } from "../repository.ts";

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_UnlabelParameterVersion.html */
export const unlabelParameterVersion = defineOperation<
  SsmDependencies,
  UnlabelParameterVersionRequest,
  UnlabelParameterVersionResult
>({
  authorise: onParameters("ssm:UnlabelParameterVersion", ({ Name }) => [Name]),
  handle: async ({ Name, ParameterVersion: version = 0, Labels = [] }, call, { store, clock }) =>
    store.transaction(async (transaction) => {
      const parameter = await requireParameter(transaction, scopeOf(call), Name, clock.now());
      if ((await findVersion(transaction, parameter, version)) === undefined) {
        throw versionNotFound(parameter.name, String(version));
      }
      const RemovedLabels = Labels.filter((label) => parameter.labels[label] === version);
      const kept = Object.entries(parameter.labels).filter(([label]) => !RemovedLabels.includes(label));
      putParameterRecord(transaction, { ...parameter, labels: Object.fromEntries(kept) });
      return { RemovedLabels, InvalidLabels: Labels.filter((label) => !RemovedLabels.includes(label)) };
    }),
});
