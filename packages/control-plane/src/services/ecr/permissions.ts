import type { Call } from "../../gateway/call.ts";
import type { Authorisation, RequiredPermission } from "../../gateway/operation.ts";
import type { Store } from "../../state/store.ts";
import type { Scope } from "./collections.ts";
import { type EcrDependencies, scopeOf } from "./dependencies.ts";
import { repositoryArn } from "./names.ts";
import { findRepository } from "./repository.ts";
import { onResource } from "./resource-policy.ts";

/** A permission on one repository, with the repository's own policy where it has one. */
export const repositoryPermission = async (
  action: string,
  scope: Scope,
  name: string,
  store: Store,
): Promise<RequiredPermission> => {
  const policy = (await store.read((transaction) => findRepository(transaction, scope, name)))?.policy;
  return {
    action: `ecr:${action}`,
    resources: [repositoryArn(scope, name)],
    ...(policy === undefined
      ? {}
      : { resourcePolicy: { document: onResource(policy, repositoryArn(scope, name)), required: false } }),
  };
};

interface OnRepository {
  readonly registryId?: string | undefined;
  readonly repositoryName?: string | undefined;
}

/** The usual case: one action on the repository that the input names. */
export const onRepository = <Input extends OnRepository>(action: string): Authorisation<Input, EcrDependencies> => ({
  kind: "permissions",
  permissions: async (input: Input, call: Call, { store }: EcrDependencies) => [
    await repositoryPermission(action, scopeOf(input, call), input.repositoryName ?? "", store),
  ],
});

/** An action on the registry as a whole. */
export const onRegistry = <Input>(action: string): Authorisation<Input, EcrDependencies> => ({
  kind: "permissions",
  permissions: () => [{ action: `ecr:${action}`, resources: ["*"] }],
});
