import type { ReadTransaction, Transaction } from "../../state/store.ts";
import {
  type AliasRecord,
  aliases,
  aliasKey,
  type GrantRecord,
  grantPrefix,
  grants,
  type KeyRecord,
  keyKey,
  keys,
  type Scope,
  scopePrefix,
} from "./collections.ts";
import { aliasNotFound, invalidKeyId, keyNotFound } from "./errors.ts";
import { aliasArn, type KeyReference, keyArn, parseKeyReference } from "./names.ts";

/** A key whose time to be deleted has come is gone, whether or not it has been cleared away yet. */
export const findKey = async (
  transaction: ReadTransaction,
  scope: Scope,
  keyId: string,
  now: number,
): Promise<KeyRecord | undefined> => {
  const key = await transaction.get(keys, keyKey(scope, keyId));
  return key?.deletionAt !== undefined && key.deletionAt <= now ? undefined : key;
};

export const findAlias = (transaction: ReadTransaction, scope: Scope, name: string) =>
  transaction.get(aliases, aliasKey(scope, name));

/** The key that a ciphertext names, whichever account of the region it is of. Throws NotFoundException. */
export const requireKeyOfCiphertext = async (
  transaction: ReadTransaction,
  scope: Scope,
  keyId: string,
  now: number,
): Promise<KeyRecord> => {
  const key = await findKeyOfCiphertext(transaction, scope, keyId, now);
  if (key === undefined) throw keyNotFound(keyArn(scope, keyId));
  return key;
};

export const findKeyOfCiphertext = async (
  transaction: ReadTransaction,
  scope: Scope,
  keyId: string,
  now: number,
): Promise<KeyRecord | undefined> => {
  const own = await findKey(transaction, scope, keyId, now);
  if (own !== undefined) return own;
  const index = { name: "id", value: `${scope.region}/${keyId}` };
  const [found] = await transaction.list(keys, { index, limit: 1 });
  return found === undefined ? undefined : findKey(transaction, found.document, keyId, now);
};

/** Throws NotFoundException. */
export const resolveKey = async (
  transaction: ReadTransaction,
  reference: KeyReference,
  now: number,
): Promise<KeyRecord> => {
  const { scope } = reference;
  if (reference.kind === "ciphertext") return requireKeyOfCiphertext(transaction, scope, reference.keyId, now);
  if (reference.kind === "key") {
    const key = await findKey(transaction, scope, reference.keyId, now);
    if (key === undefined) throw keyNotFound(keyArn(scope, reference.keyId));
    return key;
  }
  const alias = await findAlias(transaction, scope, reference.name);
  if (alias === undefined) throw aliasNotFound(aliasArn(scope, reference.name));
  const key = await findKey(transaction, scope, alias.keyId, now);
  if (key === undefined) throw keyNotFound(keyArn(scope, alias.keyId));
  return key;
};

/** For cryptographic operations: by id, ARN or alias. */
export const requireKey = (transaction: ReadTransaction, scope: Scope, text: string | undefined, now: number) =>
  resolveKey(transaction, parseKeyReference(text, scope), now);

/** For operations on the key itself, which take no alias. */
export const requireKeyById = (
  transaction: ReadTransaction,
  scope: Scope,
  text: string | undefined,
  now: number,
): Promise<KeyRecord> => {
  const reference = parseKeyReference(text, scope);
  if (reference.kind === "alias") throw invalidKeyId(text ?? "");
  return resolveKey(transaction, reference, now);
};

export const putKey = (transaction: Transaction, key: KeyRecord): void =>
  transaction.put(keys, keyKey(key, key.keyId), key);

/** The key, its aliases and its grants. */
export const removeKey = async (transaction: Transaction, key: KeyRecord): Promise<void> => {
  for (const { key: at } of await transaction.list(grants, { prefix: grantPrefix(key, key.keyId) })) {
    transaction.delete(grants, at);
  }
  for (const alias of await aliasesOf(transaction, key)) transaction.delete(aliases, aliasKey(alias, alias.name));
  transaction.delete(keys, keyKey(key, key.keyId));
};

export const keysOf = async (transaction: ReadTransaction, scope: Scope): Promise<readonly KeyRecord[]> =>
  (await transaction.list(keys, { prefix: scopePrefix(scope) })).map(({ document }) => document);

export const putAlias = (transaction: Transaction, alias: AliasRecord): void =>
  transaction.put(aliases, aliasKey(alias, alias.name), alias);

export const removeAlias = (transaction: Transaction, alias: AliasRecord): void =>
  transaction.delete(aliases, aliasKey(alias, alias.name));

export const aliasesIn = async (transaction: ReadTransaction, scope: Scope): Promise<readonly AliasRecord[]> =>
  (await transaction.list(aliases, { prefix: scopePrefix(scope) })).map(({ document }) => document);

export const aliasesOf = async (transaction: ReadTransaction, key: KeyRecord): Promise<readonly AliasRecord[]> =>
  (await transaction.list(aliases, { index: { name: "key", value: keyKey(key, key.keyId) } })).map(
    ({ document }) => document,
  );

export const grantsOf = async (transaction: ReadTransaction, key: KeyRecord): Promise<readonly GrantRecord[]> =>
  (await transaction.list(grants, { prefix: grantPrefix(key, key.keyId) })).map(({ document }) => document);

export const grantsToRetire = async (
  transaction: ReadTransaction,
  retiringPrincipal: string,
): Promise<readonly GrantRecord[]> =>
  (await transaction.list(grants, { index: { name: "retiring", value: retiringPrincipal } })).map(
    ({ document }) => document,
  );

export const findGrant = async (
  transaction: ReadTransaction,
  scope: Scope,
  grantId: string,
): Promise<GrantRecord | undefined> =>
  (await transaction.list(grants, { index: { name: "id", value: `${scopePrefix(scope)}${grantId}` }, limit: 1 }))[0]
    ?.document;

export const putGrant = (transaction: Transaction, grant: GrantRecord): void =>
  transaction.put(grants, `${grantPrefix(grant, grant.keyId)}${grant.grantId}`, grant);

export const removeGrant = (transaction: Transaction, grant: GrantRecord): void =>
  transaction.delete(grants, `${grantPrefix(grant, grant.keyId)}${grant.grantId}`);
