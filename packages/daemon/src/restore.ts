import { readFileSync } from "node:fs";
import process from "node:process";
import { restoreStore } from "@fleetless/control-plane";
import { openInstance } from "./instance.ts";
import { keepRootKey, removeRootKey, rootKeySource } from "./root-key-source.ts";

/**
 * Puts a backup into a data directory without state, and the root key where the instance looks for it: the one of the
 * file `key`, or the one that the backup holds. Throws BackupError and RootKeyError.
 */
export const restore = async (dataDirectory: string, file: string, key: string | undefined): Promise<void> => {
  const instance = openInstance(dataDirectory);
  let kept = false;
  try {
    const isThere = await restoreStore(instance.dataDirectory, file, (held) => {
      const content = key === undefined ? held : readFileSync(key, "utf8");
      if (content !== undefined) {
        keepRootKey(instance.name, content);
        kept = true;
      }
      return rootKeySource(instance.name, process.env);
    });
    if (isThere) return;
    const { place } = rootKeySource(instance.name, process.env);
    process.stderr.write(
      `The secrets in it are under a root key, which is not at ${place}: bring it there before \`up\`\n`,
    );
  } catch (thrown) {
    if (kept) removeRootKey(instance.name);
    throw thrown;
  }
};
