import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { RootKeyError, type RootKeySource, rootKeyFile, rootPassphraseFile } from "@fleetless/control-plane";
import { UsageError } from "./options.ts";

/** Apart from every data directory, so that a copy of one is of no use to whoever finds it. */
const directory = "/etc/fleetless";

const defaultPath = (instance: string): string => join(directory, `${instance}.key`);

/** The name of the credential that systemd hands over: `LoadCredential=fleetless-root-key:…`. */
const credentialName = "fleetless-root-key";

/**
 * Where the instance's root key is: a file or a passphrase that the environment names, a credential of systemd's, or
 * else a file of its own below /etc, which is made at the first start.
 */
export const rootKeySource = (instance: string, environment: NodeJS.ProcessEnv): RootKeySource => {
  const {
    FLEETLESS_ROOT_KEY_FILE: file,
    FLEETLESS_ROOT_PASSPHRASE_FILE: passphraseFile,
    CREDENTIALS_DIRECTORY: credentials,
  } = environment;
  if (file && passphraseFile) {
    throw new UsageError("FLEETLESS_ROOT_KEY_FILE and FLEETLESS_ROOT_PASSPHRASE_FILE exclude each other");
  }
  if (file) return rootKeyFile(resolve(file), false);
  if (passphraseFile) return rootPassphraseFile(resolve(passphraseFile));
  const credential = credentials && join(credentials, credentialName);
  if (credential && existsSync(credential)) return rootKeyFile(credential, false);
  return rootKeyFile(defaultPath(instance), true);
};

/** Puts a key that comes with a backup where the instance looks for it. Throws RootKeyError where another is there. */
export const keepRootKey = (instance: string, content: string): void => {
  const path = defaultPath(instance);
  mkdirSync(directory, { recursive: true, mode: 0o755 });
  if (existsSync(path) && readFileSync(path, "utf8") !== content) {
    throw new RootKeyError(`There is another root key at ${path}. Move it away, then restore again.`);
  }
  writeFileSync(path, content, { mode: 0o600, flush: true });
};

/** Removes the key that Fleetless made for the instance; one that its owner brought is not touched. */
export const removeRootKey = (instance: string): void => {
  rmSync(defaultPath(instance), { force: true });
  if (existsSync(directory) && readdirSync(directory).length === 0) rmdirSync(directory);
};
