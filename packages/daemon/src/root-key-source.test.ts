import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { rootKeySource } from "./root-key-source.ts";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "fleetless-root-key-source-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

const source = (environment: NodeJS.ProcessEnv) => rootKeySource("abc123", environment);

test("a root key is a file of its own, unless the environment names another or systemd hands one over", () => {
  expect(source({})).toMatchObject({ place: "/etc/fleetless/abc123.key", make: expect.any(Function) });
  expect(source({ FLEETLESS_ROOT_KEY_FILE: "/keys/a" })).toMatchObject({ place: "/keys/a", make: undefined });
  expect(source({ FLEETLESS_ROOT_PASSPHRASE_FILE: "/keys/b" })).toMatchObject({ place: "/keys/b", make: undefined });
  expect(source({ CREDENTIALS_DIRECTORY: directory }).place).toBe("/etc/fleetless/abc123.key");
  writeFileSync(join(directory, "fleetless-root-key"), "");
  expect(source({ CREDENTIALS_DIRECTORY: directory }).place).toBe(join(directory, "fleetless-root-key"));
  expect(() => source({ FLEETLESS_ROOT_KEY_FILE: "a", FLEETLESS_ROOT_PASSPHRASE_FILE: "b" })).toThrow(
    "exclude each other",
  );
});
