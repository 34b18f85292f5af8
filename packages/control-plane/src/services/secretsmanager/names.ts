import { randomInt, randomUUID } from "node:crypto";
import { formatArn, parseArn } from "@fleetless/kernel";
import type { Scope } from "./collections.ts";
import { constraintViolated, invalidParameter, secretNotFound } from "./errors.ts";

const suffixAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const suffixLength = 6;

export const newSecretArn = (scope: Scope, name: string): string => {
  const suffix = Array.from({ length: suffixLength }, () => suffixAlphabet[randomInt(suffixAlphabet.length)]).join("");
  return secretArn(scope, `${name}-${suffix}`);
};

const secretArn = ({ accountId, region }: Scope, resource: string): string =>
  formatArn({ service: "secretsmanager", accountId, region, resource: `secret:${resource}` });

/** What a policy is asked about where there is no secret yet: its name with six characters to come. */
export const unmadeSecretArn = (scope: Scope, name: string): string => secretArn(scope, `${name}-??????`);

/** What a SecretId says: a name, or a whole or partial ARN. */
export type SecretReference =
  | { readonly kind: "name"; readonly scope: Scope; readonly name: string }
  | { readonly kind: "arn"; readonly scope: Scope; readonly arn: string; readonly tail: string };

/** Throws for a SecretId that is none. */
export const parseSecretId = (text: string | undefined, scope: Scope): SecretReference => {
  const value = text ?? "";
  if (value.length < 1 || value.length > 2048) {
    const bound = value.length < 1 ? "greater than or equal to 1" : "less than or equal to 2048";
    throw constraintViolated(value, "secretId", `Member must have length ${bound}`);
  }
  if (!value.startsWith("arn:")) return { kind: "name", scope, name: value };
  const arn = parseArn(value);
  if (arn === undefined || arn.service !== "secretsmanager" || !arn.resource.startsWith("secret:")) {
    throw invalidParameter("Invalid secret ARN.");
  }
  const { accountId, region, resource } = arn;
  // Another account's secret is reached by its ARN, where its policy lets the caller in.
  if (region !== scope.region) throw secretNotFound();
  return { kind: "arn", scope: { accountId, region }, arn: value, tail: resource.slice("secret:".length) };
};

/** The name within an ARN that ends in the six characters; undefined where it does not. */
export const nameBeforeSuffix = (tail: string): string | undefined => /^(.+)-[A-Za-z0-9]{6}$/.exec(tail)?.[1];

export const checkName = (text: string | undefined): string => {
  const name = text ?? "";
  if (name.length < 1 || name.length > 512) {
    const bound = name.length < 1 ? "greater than or equal to 1" : "less than or equal to 512";
    throw constraintViolated(name, "name", `Member must have length ${bound}`);
  }
  if (!/^[A-Za-z0-9/_+=.@!-]+$/.test(name)) {
    throw validationOfName();
  }
  return name;
};

const validationOfName = () =>
  invalidParameter(
    "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!",
  );

/** A version's id: the caller's token, or a new one. */
export const versionIdOf = (token: string | undefined): string => {
  if (token === undefined) return randomUUID();
  if (token.length < 32 || token.length > 64) {
    throw invalidParameter("You must specify a ClientRequestToken that is between 32 and 64 characters long.");
  }
  return token;
};
