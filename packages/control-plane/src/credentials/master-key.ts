import { randomBytes } from "node:crypto";
import { link, open, readFile, rm, stat } from "node:fs/promises";

export class MasterKeyError extends Error {
  override readonly name = "MasterKeyError";
}

const keyBytes = 32;

/**
 * The key under which the store's secrets are sealed: read from `path`, or made there, readable by its owner
 * alone. Throws MasterKeyError where the file is not a key or others may read it.
 */
export const openMasterKey = async (path: string): Promise<Buffer> => (await readKey(path)) ?? (await makeKey(path));

const readKey = async (path: string): Promise<Buffer | undefined> => {
  try {
    const { mode } = await stat(path);
    if ((mode & 0o077) !== 0) {
      throw new MasterKeyError(`Others than its owner may read the master key. Run: chmod 600 ${path}`);
    }
    const key = Buffer.from((await readFile(path, "utf8")).trim(), "base64");
    if (key.length !== keyBytes) throw new MasterKeyError(`${path} holds no master key of ${keyBytes} bytes.`);
    return key;
  } catch (thrown) {
    if (thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT") return undefined;
    throw thrown;
  }
};

/** Whole or not at all, also when the machine stops in between; the first of several makers wins. */
const makeKey = async (path: string): Promise<Buffer> => {
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
  const key = await readKey(path);
  if (key === undefined) throw new MasterKeyError(`The master key ${path} was made and is gone again.`);
  return key;
};
