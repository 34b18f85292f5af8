import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readServiceControlPolicies } from "./service-control-policies.ts";

const directory = mkdtempSync(join(tmpdir(), "fleetless-scp-"));
afterAll(() => rmSync(directory, { recursive: true }));
const read = (content: string) => {
  const path = join(directory, "policies.json");
  writeFileSync(path, content);
  return readServiceControlPolicies(path);
};

test("a file of service control policies is a list of names and documents", () => {
  const policy = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] };
  expect(read(JSON.stringify([{ name: "all", policy }]))).toEqual([{ name: "all", document: JSON.stringify(policy) }]);
});

test.each([
  ["{", "cannot be read"],
  ["{}", "is not a list of policies"],
  ["[]", "is not a list of policies"],
  ["[1]", "Policy 1"],
  ['[{"name": 1, "policy": {}}]', "The name of policy 1"],
])("%s is refused by name", (content, message) => {
  expect(() => read(content)).toThrow(message);
});

test("a file that is not there is refused", () => {
  expect(() => readServiceControlPolicies(join(directory, "none.json"))).toThrow("cannot be read");
});
