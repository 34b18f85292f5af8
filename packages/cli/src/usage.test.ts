import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";

const program = fileURLToPath(new URL("main.ts", import.meta.url));
const directory = mkdtempSync(join(tmpdir(), "fleetless-usage-"));
afterAll(() => rmSync(directory, { recursive: true }));

const run = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, "--data-directory", directory, ...args], {
    encoding: "utf8",
    timeout: 15_000,
  });
  return { status, stdout, stderr };
};

test.each([
  [["stat"], "unknown command 'stat'"],
  [["up", "--listn"], "unknown option '--listn'"],
  [["task", "show"], "missing required argument"],
  [[], "A command is missing"],
])("with --json, %j is answered in JSON alone", (args, complaint) => {
  const { status, stdout, stderr } = run("--json", ...args);
  expect({ status, stderr }).toEqual({ status: 1, stderr: "" });
  expect(JSON.parse(stdout)).toEqual({ error: expect.stringContaining(complaint) });
});

test("without it the complaint is said once, and help is no error", () => {
  const { status, stdout, stderr } = run("stat");
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  expect(stderr.split("unknown command")).toHaveLength(2);
  expect(run("--help")).toMatchObject({ status: 0, stderr: "", stdout: expect.stringContaining("Usage: fleetless") });
});

test("what cannot be a data directory is refused at once", () => {
  const file = join(directory, "file");
  writeFileSync(file, "");
  const refused = (path: string) => run("--json", "up", "--data-directory", path).stdout;
  expect(refused(file)).toContain("is not a directory");
  expect(refused("/proc/none/such")).toContain("cannot be made");
});

test("with --json, the reason why a purge failed is in the JSON", () => {
  const other = mkdtempSync(join(tmpdir(), "fleetless-other-"));
  writeFileSync(join(other, "thesis.txt"), "ten years");
  const { status, stdout, stderr } = run("--json", "--data-directory", other, "down", "--purge");
  rmSync(other, { recursive: true });
  expect({ status, stderr }).toEqual({ status: 1, stderr: "" });
  expect(JSON.parse(stdout).error).toMatch(/could be removed: .* is not a data directory of Fleetless/);
});

test("down says that nothing runs", () => {
  expect(run("--json", "down").stdout).toContain('"stopped":false');
});
