import { randomBytes, randomUUID } from "node:crypto";
import { formatArn, parseArn } from "@fleetless/kernel";
import type { Scope } from "./collections.ts";
import { constraintViolated, invalidAliasName, invalidArn, invalidKeyId } from "./errors.ts";

export const newKeyId = (multiRegion: boolean): string =>
  multiRegion ? `mrk-${randomBytes(16).toString("hex")}` : randomUUID();

export const keyArn = (scope: Scope, keyId: string): string =>
  formatArn({ ...onlyScope(scope), resource: `key/${keyId}` });

/** `name` with its `alias/`. */
export const aliasArn = (scope: Scope, name: string): string => formatArn({ ...onlyScope(scope), resource: name });

const onlyScope = ({ accountId, region }: Scope) => ({ service: "kms", accountId, region });

const keyIdPattern = /^([0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}|mrk-[0-9a-f]{32})$/;
const aliasPattern = /^alias\/[a-zA-Z0-9/_-]+$/;

/** What a KeyId of a request says: a key, or an alias of one, in some account and region. */
export type KeyReference =
  /** What a ciphertext says of its key, which may be any account's. */
  | { readonly kind: "ciphertext"; readonly scope: Scope; readonly keyId: string }
  | { readonly kind: "key"; readonly scope: Scope; readonly keyId: string }
  | { readonly kind: "alias"; readonly scope: Scope; readonly name: string };

/** Throws NotFoundException or InvalidArnException for what is neither an id, an alias nor an ARN of either. */
export const parseKeyReference = (text: string | undefined, scope: Scope, member = "keyId"): KeyReference => {
  const value = text ?? "";
  if (value.length < 1 || value.length > 2048) {
    const bound = value.length < 1 ? "greater than or equal to 1" : "less than or equal to 2048";
    throw constraintViolated(value, member, `Member must have length ${bound}`);
  }
  if (!value.startsWith("arn:")) {
    if (value.startsWith("alias/")) return { kind: "alias", scope, name: value };
    if (!keyIdPattern.test(value)) throw invalidKeyId(value.slice(0, 300));
    return { kind: "key", scope, keyId: value };
  }
  const arn = parseArn(value);
  if (arn === undefined || arn.service !== "kms" || arn.region === "") throw invalidArn(value.slice(0, 300));
  const { accountId, region, resource } = arn;
  const at = { accountId, region };
  if (resource.startsWith("alias/")) return { kind: "alias", scope: at, name: resource };
  const keyId = resource.startsWith("key/") ? resource.slice("key/".length) : "";
  if (!keyIdPattern.test(keyId)) throw invalidArn(value.slice(0, 300));
  return { kind: "key", scope: at, keyId };
};

/** Throws for names that no alias may have. */
export const checkAliasName = (text: string | undefined): string => {
  const name = text ?? "";
  if (name.length < 1 || name.length > 256) {
    const bound = name.length < 1 ? "greater than or equal to 1" : "less than or equal to 256";
    throw constraintViolated(name, "aliasName", `Member must have length ${bound}`);
  }
  if (!name.startsWith("alias/"))
    throw invalidAliasName(
      'Alias must start with the prefix "alias/". Please see https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html',
    );
  if (name === "alias/") throw invalidAliasName("Alias name cannot be empty.");
  if (!aliasPattern.test(name)) {
    throw constraintViolated(name, "aliasName", "Member must satisfy regular expression pattern: ^[a-zA-Z0-9:/_-]+$");
  }
  return name;
};

const longestDescription = 8192;

export const checkDescription = (description: string): string => {
  if (description.length > longestDescription) {
    throw constraintViolated(
      description,
      "description",
      `Member must have length less than or equal to ${longestDescription}`,
    );
  }
  return description;
};
