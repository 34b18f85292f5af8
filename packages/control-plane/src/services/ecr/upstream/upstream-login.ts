import type { RegistryLogin } from "@fleetless/kernel";
import type { Scope } from "../collections.ts";
import { invalidParameter, upstreamSecretNotFound } from "../errors.ts";

/** Reads a secret of the registry's own account. Throws ECR's errors about secrets. */
export type ReadUpstreamSecret = (scope: Scope, secretArn: string) => Promise<string>;

const secretForm =
  /^arn:aws:secretsmanager:([a-z0-9-]+):(\d{12}):secret:ecr-pullthroughcache\/[a-zA-Z0-9/_+=.@-]{1,490}$/;

/**
 * Throws InvalidParameterException where an ARN is none of a secret that ECR may use: one of the registry's own
 * account and region whose name begins with `ecr-pullthroughcache/`.
 */
export const checkCredentialArn = (arn: string, scope: Scope): void => {
  const [, region, account] = secretForm.exec(arn) ?? [];
  if (account === undefined) {
    throw invalidParameter(
      `Invalid parameter at 'credentialArn' failed to satisfy constraint: 'Member must satisfy regular expression pattern: ^arn:aws:secretsmanager:[a-zA-Z0-9-:]+:secret:ecr\\-pullthroughcache\\/[a-zA-Z0-9\\/_+=.@-]+$'`,
    );
  }
  if (account !== scope.accountId || region !== scope.region) {
    throw invalidParameter(
      "Invalid parameter at 'credentialArn': the secret must be in the registry's account and region",
    );
  }
};

/** The login that a secret holds as `username` and `accessToken`. Throws ECR's errors. */
export const readUpstreamLogin = async (
  read: ReadUpstreamSecret,
  scope: Scope,
  secretArn: string,
): Promise<RegistryLogin> => {
  const login = loginIn(await read(scope, secretArn));
  if (login === undefined) throw upstreamSecretNotFound("it does not hold JSON with username and accessToken");
  return login;
};

const loginIn = (text: string): RegistryLogin | undefined => {
  let fields: unknown;
  try {
    fields = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof fields !== "object" || fields === null || !("username" in fields) || !("accessToken" in fields)) {
    return undefined;
  }
  const { username, accessToken } = fields;
  return typeof username === "string" && typeof accessToken === "string"
    ? { username, password: accessToken }
    : undefined;
};
