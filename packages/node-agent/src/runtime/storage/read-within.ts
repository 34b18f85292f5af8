import { lstat, open, readlink } from "node:fs/promises";
import { join, posix } from "node:path";

/**
 * The path on this machine of `path` inside a root directory, every symbolic link followed as if the root were
 * `/`, so that none leads out. For roots that nothing writes to meanwhile. Undefined where it does not exist.
 */
export const resolveWithin = async (root: string, path: string): Promise<string | undefined> => {
  let waiting = path.split("/").filter(Boolean);
  let resolved: string[] = [];
  let links = 0;
  for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
    if (part === ".") continue;
    if (part === "..") {
      resolved.pop();
      continue;
    }
    const candidate = join(root, ...resolved, part);
    const found = await lstat(candidate).catch(() => undefined);
    if (found === undefined) return undefined;
    if (!found.isSymbolicLink()) {
      resolved.push(part);
      continue;
    }
    links += 1;
    if (links > 40) return undefined;
    const target = await readlink(candidate);
    if (posix.isAbsolute(target)) resolved = [];
    waiting = [...target.split("/").filter(Boolean), ...waiting];
  }
  return join(root, ...resolved);
};

/** A regular file inside a root as text; empty where there is none. Throws where it is larger than `limit` bytes. */
export const readTextWithin = async (root: string, path: string, limit: number): Promise<string> => {
  const resolved = await resolveWithin(root, path);
  if (resolved === undefined) return "";
  const found = await lstat(resolved);
  if (!found.isFile()) return "";
  if (found.size > limit) throw new Error(`${path} of the image is larger than ${limit} bytes`);
  const file = await open(resolved, "r");
  try {
    return await file.readFile("utf8");
  } finally {
    await file.close();
  }
};
