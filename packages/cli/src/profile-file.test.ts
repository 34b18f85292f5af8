import { expect, test } from "vitest";
import { replaceSection } from "./profile-file.ts";

test("adds a section to an empty file", () => {
  expect(replaceSection("", "fleetless", { a: "1" })).toBe("[fleetless]\na = 1\n");
});

test("replaces only its own section", () => {
  const before = "[default]\nregion = eu-west-1\n\n[fleetless]\na = old\nb = gone\n\n[other]\nc = 3\n";
  const after = replaceSection(before, "fleetless", { a: "new" });
  expect(after).toBe("[default]\nregion = eu-west-1\n\n[other]\nc = 3\n\n[fleetless]\na = new\n");
  expect(replaceSection(after, "fleetless", { a: "new" })).toBe(after);
});
