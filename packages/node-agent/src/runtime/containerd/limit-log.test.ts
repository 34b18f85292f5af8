import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { limitLog } from "./limit-log.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "fleetless-log-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

test("a log that is written on begins anew beyond its limit, and the one before it stays", () => {
  const path = join(directory, "log");
  limitLog(path, 10);
  const log = openSync(path, "a", 0o600);
  const contents = (): string[] => [readFileSync(`${path}.1`, "utf8"), readFileSync(path, "utf8")];
  for (const line of ["one\n", "two\n", "three\n"]) writeSync(log, line);
  limitLog(path, 100);
  limitLog(path, 10);
  writeSync(log, "four\n");
  expect(contents()).toEqual(["one\ntwo\nthree\n", "four\n"]);
  limitLog(path, 4);
  writeSync(log, "five\n");
  expect(contents()).toEqual(["four\n", "five\n"]);
  closeSync(log);
});
