import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FamilyUseRecord, TaskDefinitionRecord } from "../collections.ts";
import { maximumFamilies, maximumImages, planFamilies, planImages, useRetention } from "./plan.ts";
import { warmingSettings, warmingTagsProblem } from "./settings.ts";

const now = Date.UTC(2026, 0, 31);
const arnOf = (family: string, revision: number): string =>
  `arn:aws:ecs:us-east-1:123456789012:task-definition/${family}:${revision}`;
const use = (family: string, age: number): FamilyUseRecord => ({
  family,
  taskDefinitionArn: arnOf(family, 1),
  usedAt: now - age,
});
const definition = (
  family: string,
  images: readonly string[],
  body: Partial<TaskDefinitionRecord["body"]> = {},
  status: TaskDefinitionRecord["status"] = "ACTIVE",
): TaskDefinitionRecord => ({
  arn: arnOf(family, 1),
  family,
  revision: 1,
  status,
  body: { family, containerDefinitions: images.map((image, index) => ({ name: `c${index}`, image })), ...body },
  tags: {},
  registeredAt: now,
  registeredBy: "root",
});

describe("a cluster's tags", () => {
  it("switch warming of what is used, and name families", () => {
    expect(warmingSettings({})).toEqual({ used: false, families: [] });
    expect(warmingSettings({ "fleetless:image-warming": "enabled" })).toEqual({ used: true, families: [] });
    const families = { "fleetless:warm-families": " web  worker " };
    expect(warmingSettings(families)).toEqual({ used: false, families: ["web", "worker"] });
    expect(warmingSettings({ ...families, "fleetless:image-warming": "disabled" })).toEqual({
      used: false,
      families: [],
    });
  });

  it("are refused where they say nothing that is known", () => {
    expect(warmingTagsProblem({ other: "yes" })).toBeUndefined();
    expect(warmingTagsProblem({ "fleetless:image-warming": "disabled", "fleetless:warm-families": "" })).toBe(
      undefined,
    );
    expect(warmingTagsProblem({ "fleetless:image-warming": "on" })).toContain("enabled or disabled");
    expect(warmingTagsProblem({ "fleetless:warm-families": "web:3" })).toContain("'web:3'");
  });
});

describe("the families of a cluster", () => {
  it("are the named ones, then those that were used, the last one first", () => {
    const uses = [use("old", 5_000), use("web", 10), use("batch", 100)];
    const { families } = planFamilies({ used: true, families: ["new", "web"] }, uses, now);
    expect(families).toEqual([
      { family: "new" },
      { family: "web", lastUsed: arnOf("web", 1) },
      { family: "batch", lastUsed: arnOf("batch", 1) },
      { family: "old", lastUsed: arnOf("old", 1) },
    ]);
    expect(planFamilies({ used: false, families: ["new"] }, uses, now).families).toEqual([{ family: "new" }]);
  });

  it("are forgotten when their last launch is too long ago, and the plan says when to look for that", () => {
    const uses = [use("gone", useRetention), use("going", useRetention - 1_000), use("web", 0)];
    const plan = planFamilies({ used: true, families: [] }, uses, now);
    expect(plan.families.map(({ family }) => family)).toEqual(["web", "going"]);
    expect(plan.forgotten.map(({ family }) => family)).toEqual(["gone"]);
    expect(plan.lookAgain).toBe(1_000);
    expect(planFamilies({ used: true, families: [] }, [], now).lookAgain).toBeUndefined();
  });

  it("are each once, no more than a limit, and never one that is neither named nor lately used", () => {
    const families = fc.array(fc.string({ minLength: 1, maxLength: 3 }), { maxLength: 80 });
    const uses = fc.uniqueArray(
      fc.record({ family: fc.string({ minLength: 1, maxLength: 3 }), age: fc.nat(2 * useRetention) }),
      { selector: ({ family }) => family, maxLength: 80 },
    );
    fc.assert(
      fc.property(families, uses, fc.boolean(), (named, used, enabled) => {
        const records = used.map(({ family, age }) => use(family, age));
        const plan = planFamilies({ used: enabled, families: named }, records, now);
        const chosen = plan.families.map(({ family }) => family);
        expect(new Set(chosen).size).toBe(chosen.length);
        expect(chosen.length).toBeLessThanOrEqual(maximumFamilies);
        const lately = enabled ? used.filter(({ age }) => age < useRetention).map(({ family }) => family) : [];
        const allowed = new Set([...named, ...lately]);
        expect(chosen.every((family) => allowed.has(family))).toBe(true);
        expect(chosen.length).toBe(Math.min(allowed.size, maximumFamilies));
        expect(plan.forgotten.every(({ usedAt }) => now - usedAt >= useRetention)).toBe(true);
        if (plan.lookAgain !== undefined) expect(plan.lookAgain).toBeGreaterThan(0);
      }),
    );
  });
});

describe("the images of definitions", () => {
  it("come once for each right to pull them, the first definition's first", () => {
    const images = planImages([
      definition("web", ["app:1", "sidecar:1"], { executionRoleArn: "arn:role/web" }),
      definition("batch", ["app:1", "sidecar:1"], { executionRoleArn: "arn:role/web" }),
      definition("other", ["app:1"], { executionRoleArn: "arn:role/other" }),
      definition("bare", ["app:2"], { runtimePlatform: { cpuArchitecture: "ARM64" } }),
    ]);
    expect(images).toEqual([
      { reference: "app:1", architecture: "X86_64", executionRoleArn: "arn:role/web" },
      { reference: "sidecar:1", architecture: "X86_64", executionRoleArn: "arn:role/web" },
      { reference: "app:1", architecture: "X86_64", executionRoleArn: "arn:role/other" },
      { reference: "app:2", architecture: "ARM64" },
    ]);
  });

  it("carry the login of a registry that is not ours", () => {
    const containerDefinitions = [
      { name: "main", image: "private/app:1", repositoryCredentials: { credentialsParameter: "arn:secret" } },
    ];
    expect(planImages([definition("web", [], { containerDefinitions })])).toEqual([
      { reference: "private/app:1", architecture: "X86_64", repositoryCredentials: "arn:secret" },
    ]);
  });

  it("leave out what was deregistered, and end at a limit", () => {
    expect(planImages([definition("web", ["app:1"], {}, "INACTIVE")])).toEqual([]);
    const many = Array.from({ length: maximumImages + 5 }, (_, index) => `app:${index}`);
    expect(planImages([definition("web", many)]).map(({ reference }) => reference)).toEqual(
      many.slice(0, maximumImages),
    );
  });
});
