import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";

const program = fileURLToPath(new URL("../../../packages/cli/src/main.ts", import.meta.url));
const successOf = (command: string, ...args: string[]) =>
  expect(spawnSync(command, args, { encoding: "utf8" })).toMatchObject({ status: 0 });

let disk = "";
beforeEach(() => {
  disk = mkdtempSync(join(tmpdir(), "fleetless-disk-"));
  successOf("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk);
});
afterEach(() => {
  successOf("umount", disk);
  rmSync(disk, { recursive: true });
});

const fleetless = (dataDirectory: string, ...args: string[]) => {
  const command = [program, "--json", "--data-directory", dataDirectory, ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { encoding: "utf8" });
  return { status, stderr, answer: JSON.parse(stdout) };
};
const up = (dataDirectory: string) => {
  const { answer, ...ended } = fleetless(dataDirectory, "up", "--detach", "--listen", "127.0.0.1:0");
  return { ...ended, error: answer.error };
};

test("a disk that is read-only is told in one sentence, whether the directory is there or not", () => {
  const known = join(disk, "known");
  mkdirSync(known);
  successOf("mount", "-o", "remount,ro", disk);
  const end = "its file system is read-only. Choose another with --data-directory";
  expect(up(known)).toEqual({
    status: 1,
    stderr: "",
    error: `The data directory ${known} cannot be written: ${end}`,
  });
  const missing = join(disk, "missing");
  expect(up(missing).error).toBe(`The data directory ${missing} cannot be made: ${end}`);
});

test("a disk that is full is told in one sentence", () => {
  writeFileSync(join(disk, "ballast"), Buffer.alloc(1_500_000));
  const directory = join(disk, "data");
  expect(up(directory)).toEqual({
    status: 1,
    stderr: "",
    error: `The disk that holds the data directory ${directory} is full: free some room, or choose another with --data-directory`,
  });
});

test("on a disk with hardly any room Fleetless starts, or says in one sentence that the disk is full", () => {
  writeFileSync(join(disk, "ballast"), Buffer.alloc(850_000));
  const directory = join(disk, "data");
  const { status, stderr, error } = up(directory);
  expect(fleetless(directory, "down", "--purge").answer).toMatchObject({ purged: true });
  expect(stderr).toBe("");
  if (status === 0) expect(error).toBeUndefined();
  else expect(error).toMatch(/disk .* is full: free some room/);
});
