import { parseArn } from "@fleetless/kernel";
import type { Call } from "../../gateway/call.ts";
import type { Authorisation, RequiredPermission } from "../../gateway/operation.ts";
import type { Scope, SecretRecord } from "./collections.ts";
import type { SecretsManagerDependencies } from "./dependencies.ts";
import { parseSecretId, unmadeSecretArn } from "./names.ts";
import { findSecret } from "./repository.ts";

type ConditionKeys = Readonly<Record<string, readonly string[]>>;

export const scopeOf = (call: Call): Scope => ({ accountId: call.accountId, region: call.region });

/** `{"secretsmanager:Name": ["value"]}` for what is given. */
export const conditionKey = (name: string, value: string | number | boolean | undefined): ConditionKeys =>
  value === undefined ? {} : { [`secretsmanager:${name}`]: [String(value)] };

/** What a call on a secret needs; the secret's own policy has a say beside the identity's. */
const permissionOnSecret = (
  secret: SecretRecord,
  action: string,
  conditionKeys: ConditionKeys = {},
): RequiredPermission => ({
  action,
  resources: [secret.arn],
  conditionKeys: {
    ...conditionKey("SecretId", secret.arn),
    ...conditionKey("SecretPrimaryRegion", secret.region),
    ...conditionKey("resource/AllowRotationLambdaArn", secret.rotation?.lambdaArn),
    ...conditionKeys,
  },
  ...(secret.policy === undefined ? {} : { resourcePolicy: { document: secret.policy, required: false } }),
});

/** One action on the secret that a text names; one that is not there is asked for by its name. */
export const permissionOnSecretId = async (
  { store, clock }: SecretsManagerDependencies,
  scope: Scope,
  secretId: string | undefined,
  action: string,
  conditionKeys: ConditionKeys = {},
): Promise<RequiredPermission> => {
  const reference = parseSecretId(secretId, scope);
  const secret = await store.read((transaction) => findSecret(transaction, reference, clock.now()));
  if (secret !== undefined) return permissionOnSecret(secret, action, conditionKeys);
  const resource = reference.kind === "arn" ? reference.arn : unmadeSecretArn(scope, reference.name);
  return { action, resources: [resource], conditionKeys };
};

/** The usual case: one action on the secret of the input's SecretId. */
export const onSecret = <Input extends { readonly SecretId?: string | undefined }>(
  action: string,
  conditionKeys: (input: Input) => ConditionKeys = () => ({}),
): Authorisation<Input, SecretsManagerDependencies> => ({
  kind: "permissions",
  permissions: async (input, call, dependencies) => [
    await permissionOnSecretId(dependencies, scopeOf(call), input.SecretId, action, conditionKeys(input)),
  ],
});

/** For conditions on the tags of secrets. */
export const tagsOfArn = async (
  { store, clock }: SecretsManagerDependencies,
  text: string,
): Promise<Readonly<Record<string, string>> | undefined> => {
  const arn = parseArn(text);
  if (arn === undefined || !arn.resource.startsWith("secret:")) return undefined;
  const secret = await store.read((transaction) => findSecret(transaction, parseSecretId(text, arn), clock.now()));
  return secret?.tags;
};
