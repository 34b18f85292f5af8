import type { KeyRecord, Scope } from "./collections.ts";
import { generateMaterial, sealMaterial } from "./cryptography/key-material.ts";
import type { KmsDependencies } from "./dependencies.ts";
import { aliasNotFound } from "./errors.ts";
import { managedKeyPolicy } from "./key-policy.ts";
import { aliasArn, newKeyId, parseKeyReference } from "./names.ts";
import { findAlias, putAlias, putKey, resolveKey } from "./repository.ts";

/** The services that have a key of their own in each account and region, by the key's alias. */
const managed: Readonly<Record<string, { readonly service: string; readonly description: string }>> = {
  "alias/aws/secretsmanager": {
    service: "secretsmanager",
    description: "Default key that protects my Secrets Manager data when no other key is defined",
  },
  "alias/aws/ssm": {
    service: "ssm",
    description: "Default key that protects my SSM parameters when no other key is defined",
  },
};

const yearDays = 365;
const dayMilliseconds = 86_400_000;

/** The key behind a service's alias, made at its first use. Throws NotFoundException for other aliases. */
const ensureManagedKey = async (
  { store, sealer, clock }: KmsDependencies,
  scope: Scope,
  alias: string,
): Promise<KeyRecord> => {
  const about = managed[alias];
  if (about === undefined) throw aliasNotFound(aliasArn(scope, alias));
  const now = clock.now();
  const known = await store.read(async (transaction) =>
    (await findAlias(transaction, scope, alias)) === undefined
      ? undefined
      : resolveKey(transaction, { kind: "alias", scope, name: alias }, now),
  );
  if (known !== undefined) return known;
  const identity = { accountId: scope.accountId, region: scope.region, keyId: newKeyId(false) };
  const material = sealMaterial(sealer, identity, await generateMaterial({ kind: "symmetric" }), {
    createdAt: now,
    origin: "AWS_KMS",
  });
  return store.transaction(async (transaction) => {
    // Another call may have been first.
    if ((await findAlias(transaction, scope, alias)) !== undefined) {
      return resolveKey(transaction, { kind: "alias", scope, name: alias }, now);
    }
    const key: KeyRecord = {
      ...identity,
      createdAt: now,
      description: about.description,
      keySpec: "SYMMETRIC_DEFAULT",
      keyUsage: "ENCRYPT_DECRYPT",
      origin: "AWS_KMS",
      manager: "AWS",
      multiRegion: false,
      state: "Enabled",
      policy: managedKeyPolicy(scope.accountId, scope.region, about.service),
      tags: {},
      materials: [material],
      rotation: { periodInDays: yearDays, nextAt: now + yearDays * dayMilliseconds },
    };
    putKey(transaction, key);
    const { accountId, region, keyId } = identity;
    putAlias(transaction, { accountId, region, name: alias, keyId, createdAt: now, updatedAt: now });
    return key;
  });
};

const isManagedAlias = (text: string): boolean => Object.hasOwn(managed, text);

/** DescribeKey of a service's alias makes the key that is not there yet, as AWS does. */
export const describedKey = async (
  dependencies: KmsDependencies,
  scope: Scope,
  text: string | undefined,
): Promise<KeyRecord> => {
  const reference = parseKeyReference(text, scope);
  if (reference.kind === "alias" && isManagedAlias(reference.name)) {
    return ensureManagedKey(dependencies, reference.scope, reference.name);
  }
  return dependencies.store.read((transaction) => resolveKey(transaction, reference, dependencies.clock.now()));
};
