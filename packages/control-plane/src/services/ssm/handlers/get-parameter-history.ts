import type { GetParameterHistoryRequest, GetParameterHistoryResult, ParameterHistory } from "@aws-sdk/client-ssm";
import { defineOperation } from "../../../gateway/operation.ts";
import type { SsmDependencies } from "../dependencies.ts";
import { keyUserOf } from "../dependencies.ts";
import { pageOf } from "../pages.ts";
import { shownValue } from "../parameter-values.ts";
import { onParameters, scopeOf } from "../permissions.ts";
import { requireParameter, versionsOf } from "../repository.ts";
import { historyView } from "../views.ts";

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameterHistory.html */
export const getParameterHistory = defineOperation<
  SsmDependencies,
  GetParameterHistoryRequest,
  GetParameterHistoryResult
>({
  authorise: onParameters("ssm:GetParameterHistory", ({ Name }) => [Name]),
  handle: async (input, call, dependencies) => {
    const { store, clock } = dependencies;
    const { parameter, versions } = await store.read(async (transaction) => {
      const found = await requireParameter(transaction, scopeOf(call), input.Name, clock.now());
      return { parameter: found, versions: await versionsOf(transaction, found) };
    });
    const { page, nextToken } = pageOf(versions, ({ version }) => String(version).padStart(12, "0"), input, 50);
    const Parameters: ParameterHistory[] = [];
    for (const version of page) {
      const value = await shownValue(dependencies, keyUserOf(call), parameter, version, input.WithDecryption);
      Parameters.push(historyView(parameter, version, value));
    }
    return { Parameters, ...nextToken };
  },
});
