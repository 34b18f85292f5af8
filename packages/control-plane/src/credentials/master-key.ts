import { randomBytes } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import { defineCollection, type Store } from "../state/store.ts";
import { RootKeyError, type RootKeySource } from "./root-key.ts";
import { decrypt, encrypt, SealBrokenError } from "./sealing.ts";

interface MasterKeyRecord {
  /** Of the root key's derivation, in base64. */
  readonly salt: string;
  /** Under the key derived from the root key, in base64. */
  readonly sealed: string;
}

const masterKeys = defineCollection<MasterKeyRecord>("master-keys");
const recordKey = "master";
const purpose = "master key";
const keyBytes = 32;
const saltBytes = 16;

interface MasterKeyOptions {
  readonly store: Store;
  readonly rootKey: RootKeySource;
  /** Where the master key lay in plain before there were root keys; it is taken over from there and removed. */
  readonly formerPath: string;
}

/**
 * The key under which the store's secrets are sealed: kept in the store, itself sealed under the root key, and made
 * at the first run. Throws RootKeyError where the root key is not there, or is another than the one it is under.
 */
export const openMasterKey = async ({ store, rootKey, formerPath }: MasterKeyOptions): Promise<Buffer> => {
  const read = () => store.read((transaction) => transaction.get(masterKeys, recordKey));
  const known = await read();
  if (known !== undefined) return unsealed(known, rootKey, formerPath);
  const former = await readFormer(formerPath);
  await rootKey.make?.();
  const salt = randomBytes(saltBytes);
  const key = await rootKey.derive(salt);
  if (key === undefined) throw new RootKeyError(`There is no root key at ${rootKey.place}. Make it, then start again.`);
  const sealed = encrypt(key, former ?? randomBytes(keyBytes), purpose).toString("base64");
  const made = await store.transaction(async (transaction) => {
    // Another server of the same store may have been first.
    const other = await transaction.get(masterKeys, recordKey);
    const record = other ?? { salt: salt.toString("base64"), sealed };
    if (other === undefined) transaction.insert(masterKeys, recordKey, record);
    return record;
  });
  return unsealed(made, rootKey, formerPath);
};

/**
 * Whether a root key is there for a store that has a master key. Changes nothing. Throws RootKeyError where it is
 * another than the one that the master key is under.
 */
export const opensMasterKey = async (store: Store, rootKey: RootKeySource): Promise<boolean> => {
  const known = await store.read((transaction) => transaction.get(masterKeys, recordKey));
  if (known === undefined) return true;
  if ((await rootKey.derive(Buffer.from(known.salt, "base64"))) === undefined) return false;
  await unseal(known, rootKey);
  return true;
};

const unsealed = async (record: MasterKeyRecord, rootKey: RootKeySource, formerPath: string): Promise<Buffer> => {
  const masterKey = await unseal(record, rootKey);
  await removeFormer(formerPath, masterKey);
  return masterKey;
};

const unseal = async ({ salt, sealed }: MasterKeyRecord, rootKey: RootKeySource): Promise<Buffer> => {
  const key = await rootKey.derive(Buffer.from(salt, "base64"));
  if (key === undefined) {
    throw new RootKeyError(
      `The secrets of this instance are under a root key, which is not at ${rootKey.place}. Bring it back from where it is kept, or say where it is with FLEETLESS_ROOT_KEY_FILE.`,
    );
  }
  try {
    return decrypt(key, Buffer.from(sealed, "base64"), purpose);
  } catch (thrown) {
    if (!(thrown instanceof SealBrokenError)) throw thrown;
    throw new RootKeyError(
      `The root key at ${rootKey.place} is not the one under which the secrets of this instance are. Nothing was changed.`,
    );
  }
};

const readFormer = async (path: string): Promise<Buffer | undefined> => {
  try {
    const key = Buffer.from((await readFile(path, "utf8")).trim(), "base64");
    if (key.length !== keyBytes) throw new RootKeyError(`${path} holds no master key of ${keyBytes} bytes.`);
    return key;
  } catch (thrown) {
    if (thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT") return undefined;
    throw thrown;
  }
};

/** Once the store holds it for good. */
const removeFormer = async (path: string, masterKey: Buffer): Promise<void> => {
  const former = await readFormer(path);
  if (former?.equals(masterKey) === true) await rm(path);
};
