import { lstat, mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { runCommand } from "../../machine/run-command.ts";
import type { UnpackedImage } from "../images/image-store.ts";
import { readTextWithin, resolveWithin } from "./read-within.ts";

const accountFileLimit = 1024 * 1024;

/** What is read of an image before its containers are made. */
export interface ImageAccounts {
  readonly passwd: string;
  readonly group: string;
  /** Whether it has a dynamic linker for 32-bit programs. */
  readonly compatibility: boolean;
  /** Its /tmp where that has nothing in it, or is not there and would be made like this. */
  readonly emptyTmp?: { readonly mode: number; readonly uid: number; readonly gid: number };
}

const linkers = ["/lib/ld-linux.so.2", "/lib/ld-musl-i386.so.1", "/lib/ld-linux-armhf.so.3", "/lib/ld-musl-armhf.so.1"];

/** A link or a file in its place, or something in it, is left to the image. */
const emptyTmp = async (root: string): Promise<Pick<ImageAccounts, "emptyTmp">> => {
  const path = join(root, "tmp");
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return { emptyTmp: { mode: 0o1777, uid: 0, gid: 0 } };
  if (!found.isDirectory() || (await readdir(path)).length > 0) return {};
  return { emptyTmp: { mode: found.mode & 0o7777, uid: found.uid, gid: found.gid } };
};

/** Read-only views of whole images on this machine, to look things up in; at most one mount per image. */
export class ImageRoots {
  readonly #directory: string;
  readonly #accounts = new Map<string, Promise<ImageAccounts>>();
  readonly #roots = new Map<string, Promise<string>>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  async #mounted(image: UnpackedImage): Promise<string> {
    const only = image.lowerDirectories[0];
    if (only !== undefined && image.lowerDirectories.length === 1) return only;
    const target = join(this.#directory, image.chainId.slice("sha256:".length, "sha256:".length + 24) || "empty");
    await mkdir(target, { recursive: true, mode: 0o700 });
    if (only === undefined || (await readFile("/proc/self/mounts", "utf8")).includes(` ${target} `)) return target;
    const options = `ro,lowerdir=${image.lowerDirectories.join(":")}`;
    await runCommand("mount", ["-t", "overlay", "-o", options, "overlay", target]);
    return target;
  }

  /** The directory in which the image's file system is seen; nothing may write to it. */
  root(image: UnpackedImage): Promise<string> {
    const known = this.#roots.get(image.chainId);
    if (known !== undefined) return known;
    const made = this.#mounted(image);
    this.#roots.set(image.chainId, made);
    made.catch(() => this.#roots.delete(image.chainId));
    return made;
  }

  accounts(image: UnpackedImage): Promise<ImageAccounts> {
    const known = this.#accounts.get(image.chainId);
    if (known !== undefined) return known;
    const read = async (): Promise<ImageAccounts> => {
      const root = await this.root(image);
      const [passwd, group] = await Promise.all([
        readTextWithin(root, "/etc/passwd", accountFileLimit),
        readTextWithin(root, "/etc/group", accountFileLimit),
      ]);
      const found = await Promise.all(linkers.map((path) => resolveWithin(root, path)));
      return { passwd, group, compatibility: found.some((path) => path !== undefined), ...(await emptyTmp(root)) };
    };
    const accounts = read();
    this.#accounts.set(image.chainId, accounts);
    accounts.catch(() => this.#accounts.delete(image.chainId));
    return accounts;
  }
}
