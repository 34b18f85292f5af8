import { throughEndpoint } from "../../gateway/operation.ts";
import type { KeyUser } from "../kms/service.ts";
import type { SsmDependencies } from "./dependencies.ts";
import { accessDenied } from "./errors.ts";
import { parseParameterName } from "./names.ts";
import { revealValue } from "./parameter-values.ts";
import { arnForPolicy } from "./permissions.ts";
import { requireParameter, selectVersion } from "./repository.ts";

/** Reads parameters in somebody's name from within Fleetless, such as a task's execution role. */
export interface ParameterReader {
  /** As GetParameters with decryption answers the user, IAM and key included. Throws its errors, and ParameterNotFound. */
  read(user: KeyUser, name: string): Promise<string>;
}

export const createParameterReader = (dependencies: SsmDependencies): ParameterReader => ({
  read: async (user, name) => {
    const { store, clock, authoriser } = dependencies;
    const { principal, scope } = user;
    const action = "ssm:GetParameters";
    const permission = { action, resources: [arnForPolicy(name, scope)] };
    const decision = await authoriser.decide(
      principal,
      throughEndpoint([permission], user.endpoint),
      user.conditionKeys,
    );
    if (decision.kind === "denied") {
      throw accessDenied(
        `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${decision.resource} ${decision.because}`,
      );
    }
    const { selector } = parseParameterName(name, scope);
    const { parameter, version } = await store.read(async (transaction) => {
      const found = await requireParameter(transaction, scope, name, clock.now());
      return { parameter: found, version: await selectVersion(transaction, found, selector) };
    });
    return revealValue(dependencies, user, parameter, version);
  },
});
