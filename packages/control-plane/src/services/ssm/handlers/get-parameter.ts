import type { GetParameterRequest, GetParameterResult } from "@aws-sdk/client-ssm";
import { defineOperation } from "../../../gateway/operation.ts";
import type { SsmDependencies } from "../dependencies.ts";
import { keyUserOf } from "../dependencies.ts";
import { parseParameterName } from "../names.ts";
import { shownValue } from "../parameter-values.ts";
import { onParameters, scopeOf } from "../permissions.ts";
import { requireParameter, selectVersion } from "../repository.ts";
import { parameterView } from "../views.ts";

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html */
export const getParameter = defineOperation<SsmDependencies, GetParameterRequest, GetParameterResult>({
  authorise: onParameters("ssm:GetParameter", ({ Name }) => [Name]),
  handle: async ({ Name, WithDecryption }, call, dependencies) => {
    const { store, clock } = dependencies;
    const scope = scopeOf(call);
    const { selector } = parseParameterName(Name, scope);
    const { parameter, version } = await store.read(async (transaction) => {
      const found = await requireParameter(transaction, scope, Name, clock.now());
      return { parameter: found, version: await selectVersion(transaction, found, selector) };
    });
    const value = await shownValue(dependencies, keyUserOf(call), parameter, version, WithDecryption);
    return { Parameter: parameterView(parameter, version, value, selector) };
  },
});
