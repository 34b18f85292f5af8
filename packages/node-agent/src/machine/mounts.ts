import { readdirSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { CommandError, tryCommand } from "./run-command.ts";

/** The kernel writes blanks, tabs, line ends and backslashes in mount tables as three octal digits. */
const unescaped = (text: string): string =>
  text.replaceAll(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));

const isBelow = (path: string, directories: readonly string[]): boolean =>
  directories.some((directory) => path === directory || path.startsWith(`${directory}/`));

/** Where something is mounted at or below these directories, in the order in which it was mounted. */
const mountsBelow = async (directories: readonly string[]): Promise<readonly string[]> =>
  (await readFile("/proc/self/mounts", "utf8"))
    .split("\n")
    .map((line) => unescaped(line.split(" ")[1] ?? ""))
    .filter((target) => isBelow(target, directories));

export const isMountPoint = (directory: string): boolean =>
  readFileSync("/proc/self/mounts", "utf8")
    .split("\n")
    .some((line) => unescaped(line.split(" ")[1] ?? "") === directory);

/** Unmounts all that is mounted at or below these directories; what is busy is only taken out of sight. */
export const unmountBelow = async (directories: readonly string[]): Promise<void> => {
  for (let round = 0; round < 10; round += 1) {
    const targets = [...(await mountsBelow(directories))].reverse();
    if (targets.length === 0) return;
    for (const target of targets) {
      const { exitCode } = await tryCommand("umount", ["--", target]);
      if (exitCode !== 0) await tryCommand("umount", ["-l", "--", target]);
    }
  }
  const left = await mountsBelow(directories);
  if (left.length > 0) throw new CommandError(`Still mounted: ${left.join(", ")}`);
};

/** Loop devices whose file lies below these directories, removed ones included. */
const loopDevicesBelow = (directories: readonly string[]): readonly string[] =>
  readdirSync("/sys/block").filter((name) => {
    if (!name.startsWith("loop")) return false;
    try {
      return isBelow(readFileSync(`/sys/block/${name}/loop/backing_file`, "utf8").trim(), directories);
    } catch {
      return false;
    }
  });

/** Frees the loop devices whose files lie below these directories; one that is in use goes when it is no more. */
export const detachLoopDevicesBelow = async (directories: readonly string[]): Promise<void> => {
  for (const name of loopDevicesBelow(directories)) await tryCommand("losetup", ["-d", `/dev/${name}`]);
};
