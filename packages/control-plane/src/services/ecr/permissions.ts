import type { Call } from "../../gateway/call.ts";
import type { Authorisation, RequiredPermission } from "../../gateway/operation.ts";
import type { Store } from "../../state/store.ts";
import type { Scope } from "./collections.ts";
import { type EcrDependencies, scopeOf } from "./dependencies.ts";
import { repositoryArn } from "./names.ts";
import { findRepository, readRegistry } from "./repository.ts";
import { joinPolicies } from "./resource-policy.ts";

/** A permission on one repository, with the policies of the repository and of its registry where there are any. */
export const repositoryPermission = async (
  action: string,
  scope: Scope,
  name: string,
  store: Store,
): Promise<RequiredPermission> => {
  const arn = repositoryArn(scope, name);
  const document = await store.read(async (transaction) => {
    const own = (await findRepository(transaction, scope, name))?.policy;
    return joinPolicies(arn, own, (await readRegistry(transaction, scope)).policy);
  });
  return {
    action: `ecr:${action}`,
    resources: [arn],
    ...(document === undefined ? {} : { resourcePolicy: { document, required: false } }),
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

/** Registries that AWS knows, to which a login is given without further ado. */
const knownUpstream =
  /^(?:registry-1\.docker\.io|ghcr\.io|registry\.gitlab\.com|quay\.io|public\.ecr\.aws|registry\.k8s\.io|cgr\.dev|[a-z0-9]+\.azurecr\.io)$/;

/**
 * To make or change a pull through cache rule. Whoever sends a secret's login to a registry of their own choice must
 * be allowed to read the secret.
 */
export const permissionsOnRule = (
  action: string,
  credentialArn: string | undefined,
  upstreamRegistryUrl: string,
): readonly RequiredPermission[] => [
  { action: `ecr:${action}`, resources: ["*"] },
  ...(credentialArn === undefined || knownUpstream.test(upstreamRegistryUrl)
    ? []
    : [{ action: "secretsmanager:GetSecretValue", resources: [credentialArn] }]),
];

/** An action on the registry as a whole. */
export const onRegistry = <Input>(action: string): Authorisation<Input, EcrDependencies> => ({
  kind: "permissions",
  permissions: () => [{ action: `ecr:${action}`, resources: ["*"] }],
});
