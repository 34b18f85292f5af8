import type { DeleteParameterRequest, DeleteParameterResult } from "@aws-sdk/client-ssm";
import { defineOperation } from "../../../gateway/operation.ts";
import type { SsmDependencies } from "../dependencies.ts";
import { onParameters, scopeOf } from "../permissions.ts";
import { removeParameter, requireParameter } from "../repository.ts";

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DeleteParameter.html */
export const deleteParameter = defineOperation<SsmDependencies, DeleteParameterRequest, DeleteParameterResult>({
  authorise: onParameters("ssm:DeleteParameter", ({ Name }) => [Name]),
  handle: async ({ Name }, call, { store, clock }) => {
    await store.transaction(async (transaction) =>
      removeParameter(transaction, await requireParameter(transaction, scopeOf(call), Name, clock.now())),
    );
    return {};
  },
});
