import { hkdf, randomBytes, scrypt } from "node:crypto";
import { link, mkdir, open, readFile, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { promisify } from "node:util";

/** What is wrong with the root key, and what to do, for the person who starts Fleetless. */
export class RootKeyError extends Error {
  override readonly name = "RootKeyError";
}

/** Where the key comes from under which the master key of an instance is sealed. */
export interface RootKeySource {
  /** For messages: where it is. */
  readonly place: string;
  /** Whether the file there holds the key itself, or a passphrase, which is its owner's to remember. */
  readonly kind: "key" | "passphrase";
  /** A key of 32 bytes made from the root key and `salt`; undefined where there is no root key. Throws RootKeyError. */
  derive(salt: Buffer): Promise<Buffer | undefined>;
  /** Makes the root key; undefined where only its owner may. Makes nothing where it is there. */
  readonly make: (() => Promise<void>) | undefined;
}

const keyBytes = 32;
const use = "fleetless sealing of the master key";

/** A file with 32 random bytes in base64, which its owner alone may read. */
export const rootKeyFile = (path: string, mayMake: boolean): RootKeySource => ({
  place: path,
  kind: "key",
  derive: async (salt) => {
    const key = await readKey(path);
    return key && Buffer.from(await promisify(hkdf)("sha256", key, salt, use, keyBytes));
  },
  make: mayMake ? () => makeWhereMissing(path) : undefined,
});

/** A passphrase of at least 12 characters in a file, such as a credential of systemd's. */
export const rootPassphraseFile = (path: string): RootKeySource => ({
  place: path,
  kind: "passphrase",
  derive: async (salt) => {
    const passphrase = (await readPrivate(path))?.trim();
    if (passphrase === undefined) return undefined;
    if (passphrase.length < leastPassphrase) {
      throw new RootKeyError(`The passphrase in ${path} is shorter than ${leastPassphrase} characters.`);
    }
    return deriveSlowly(passphrase, salt);
  },
  make: undefined,
});

const leastPassphrase = 12;

/** RFC 7914 with 128 MiB of memory: some tenths of a second for one guess. */
const deriveSlowly = (passphrase: string, salt: Buffer): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const cost = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 1024 * 1024 };
    scrypt(passphrase.normalize("NFC"), salt, keyBytes, cost, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });

const isAbsent = (thrown: unknown): boolean =>
  thrown instanceof Error && "code" in thrown && (thrown.code === "ENOENT" || thrown.code === "ENOTDIR");

const readPrivate = async (path: string): Promise<string | undefined> => {
  try {
    const { mode } = await stat(path);
    if ((mode & 0o077) !== 0) {
      throw new RootKeyError(`Others than its owner may read ${path}. Run: chmod 600 ${path}`);
    }
    return await readFile(path, "utf8");
  } catch (thrown) {
    if (isAbsent(thrown)) return undefined;
    throw thrown;
  }
};

const readKey = async (path: string): Promise<Buffer | undefined> => {
  const text = await readPrivate(path);
  if (text === undefined) return undefined;
  const key = Buffer.from(text.trim(), "base64");
  if (key.length !== keyBytes) {
    throw new RootKeyError(
      `${path} holds no root key: 32 bytes in base64 are expected. Make one with: head -c 32 /dev/urandom | base64`,
    );
  }
  return key;
};

const makeWhereMissing = async (path: string): Promise<void> => {
  if ((await readKey(path)) !== undefined) return;
  try {
    await makeKey(path);
  } catch (thrown) {
    if (!(thrown instanceof Error)) throw thrown;
    throw new RootKeyError(
      `The root key cannot be made at ${path}: ${thrown.message}. Say where another is with FLEETLESS_ROOT_KEY_FILE.`,
    );
  }
};

/** Whole or not at all, also when the machine stops in between; the first of several makers wins. */
const makeKey = async (path: string): Promise<void> => {
  await mkdir(dirname(path), { recursive: true, mode: 0o755 });
  const temporary = `${path}.${process.pid}.${randomBytes(4).toString("hex")}`;
  const file = await open(temporary, "wx", 0o600);
  try {
    await file.writeFile(`${randomBytes(keyBytes).toString("base64")}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    await link(temporary, path);
  } catch (thrown) {
    if (!(thrown instanceof Error && "code" in thrown && thrown.code === "EEXIST")) throw thrown;
  } finally {
    await rm(temporary);
  }
  const directory = await open(dirname(path));
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
};
