import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withStoreLocked } from "@fleetless/control-plane";
import { afterEach, beforeEach, expect, test } from "vitest";
import { purge } from "./purge.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "fleetless-purge-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test("a directory that is not Fleetless's is left alone", async () => {
  const file = join(directory, "thesis.txt");
  writeFileSync(file, "ten years");
  await expect(purge(directory)).rejects.toThrow("not a data directory of Fleetless");
  expect(existsSync(file)).toBe(true);
});

test("what others keep beside it stays", async () => {
  const file = join(directory, "thesis.txt");
  writeFileSync(file, "ten years");
  mkdirSync(join(directory, "control-plane"));
  expect(await purge(directory)).toBe(0);
  expect([existsSync(file), existsSync(join(directory, "control-plane"))]).toEqual([true, false]);
});

test("nothing is taken from under one that runs", async () => {
  mkdirSync(join(directory, "control-plane"));
  await withStoreLocked(directory, async () => {
    await expect(purge(directory)).rejects.toThrow("in use by another Fleetless");
  });
  expect(existsSync(join(directory, "control-plane"))).toBe(true);
  expect(await purge(directory)).toBe(0);
  expect(existsSync(directory)).toBe(false);
});
