import type { GetParametersRequest, GetParametersResult, Parameter } from "@aws-sdk/client-ssm";
import { ServiceError } from "@fleetless/kernel";
import type { Call } from "../../../gateway/call.ts";
import { defineOperation } from "../../../gateway/operation.ts";
import type { SsmDependencies } from "../dependencies.ts";
import { keyUserOf } from "../dependencies.ts";
import { constraintViolated, validation } from "../errors.ts";
import { parseParameterName } from "../names.ts";
import { shownValue } from "../parameter-values.ts";
import { onParameters, scopeOf } from "../permissions.ts";
import { findParameter, selectVersion } from "../repository.ts";
import { parameterView } from "../views.ts";

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html */
export const getParameters = defineOperation<SsmDependencies, GetParametersRequest, GetParametersResult>({
  authorise: onParameters("ssm:GetParameters", ({ Names = [] }) => Names),
  handle: async ({ Names: names = [], WithDecryption }, call, dependencies) => {
    if (names.length < 1 || names.length > mostNames) {
      const bound = names.length < 1 ? "greater than or equal to 1" : `less than or equal to ${mostNames}`;
      throw constraintViolated(`[${names.join(", ")}]`, "names", `Member must have length ${bound}`);
    }
    if (new Set(names).size !== names.length) {
      throw validation("The parameter names in the request must be unique.");
    }
    const Parameters: Parameter[] = [];
    const InvalidParameters: string[] = [];
    for (const name of names) {
      const parameter = await read(name, WithDecryption, call, dependencies);
      if (parameter === undefined) InvalidParameters.push(name);
      else Parameters.push(parameter);
    }
    return { Parameters, InvalidParameters };
  },
});

const mostNames = 10;

/** Undefined where there is no such parameter or version. */
const read = async (
  name: string,
  decrypt: boolean | undefined,
  call: Call,
  dependencies: SsmDependencies,
): Promise<Parameter | undefined> => {
  const { store, clock } = dependencies;
  const scope = scopeOf(call);
  const reference = parseParameterName(name, scope);
  const found = await store.read(async (transaction) => {
    const parameter = await findParameter(transaction, scope, reference, clock.now());
    if (parameter === undefined) return undefined;
    try {
      return { parameter, version: await selectVersion(transaction, parameter, reference.selector) };
    } catch (thrown) {
      if (thrown instanceof ServiceError) return undefined;
      throw thrown;
    }
  });
  if (found === undefined) return undefined;
  const { parameter, version } = found;
  const value = await shownValue(dependencies, keyUserOf(call), parameter, version, decrypt);
  return parameterView(parameter, version, value, reference.selector);
};
