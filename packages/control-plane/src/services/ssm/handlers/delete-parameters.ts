import type { DeleteParametersRequest, DeleteParametersResult } from "@aws-sdk/client-ssm";
import { defineOperation } from "../../../gateway/operation.ts";
import type { SsmDependencies } from "../dependencies.ts";
import { constraintViolated } from "../errors.ts";
import { parseParameterName } from "../names.ts";
import { onParameters, scopeOf } from "../permissions.ts";
import { findParameter, removeParameter } from "../repository.ts";

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DeleteParameters.html */
export const deleteParameters = defineOperation<SsmDependencies, DeleteParametersRequest, DeleteParametersResult>({
  authorise: onParameters("ssm:DeleteParameters", ({ Names = [] }) => Names),
  handle: async ({ Names: names = [] }, call, { store, clock }) => {
    if (names.length < 1 || names.length > 10) {
      throw constraintViolated(`[${names.join(", ")}]`, "names", "Member must have length between 1 and 10");
    }
    const scope = scopeOf(call);
    return store.transaction(async (transaction) => {
      const DeletedParameters: string[] = [];
      const InvalidParameters: string[] = [];
      for (const name of names) {
        const reference = parseParameterName(name, scope);
        const parameter = await findParameter(transaction, scope, reference, clock.now());
        if (parameter === undefined) InvalidParameters.push(name);
        else {
          await removeParameter(transaction, parameter);
          DeletedParameters.push(name);
        }
      }
      return { DeletedParameters, InvalidParameters };
    });
  },
});
