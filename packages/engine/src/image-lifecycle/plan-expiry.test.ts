import { array, assert, constantFrom, integer, property, record, subarray, uniqueArray } from "fast-check";
import { describe, expect, test } from "vitest";
import { isSelected, type LifecycleImage, planExpiry } from "./plan-expiry.ts";
import { type LifecyclePolicy, parseLifecyclePolicy } from "./policy.ts";

const day = 24 * 60 * 60 * 1000;
const now = 1_000 * day;

const image = (digest: string, ageDays: number, tags: readonly string[] = [], more: Partial<LifecycleImage> = {}) => ({
  digest,
  tags,
  pushedAt: now - ageDays * day,
  members: [],
  ...more,
});

const rule = (rulePriority: number, selection: object) => ({ rulePriority, selection, action: { type: "expire" } });
const policy = (...rules: readonly object[]): LifecyclePolicy => parseLifecyclePolicy(JSON.stringify({ rules }));
const expired = (rules: LifecyclePolicy, images: readonly LifecycleImage[]): readonly string[] =>
  planExpiry(rules, images, now)
    .map(({ digest, priority }) => `${digest} by ${priority}`)
    .toSorted();

const older = (countNumber: number) => ({ countType: "sinceImagePushed", countUnit: "days", countNumber });
const moreThan = (countNumber: number) => ({ countType: "imageCountMoreThan", countNumber });

describe("a rule", () => {
  test("by age expires what is that old, and not what is younger", () => {
    const rules = policy(rule(1, { tagStatus: "untagged", ...older(14) }));
    expect(expired(rules, [image("a", 13.9), image("b", 14), image("c", 30, ["kept"])])).toEqual(["b by 1"]);
  });

  test("by count expires the oldest", () => {
    const rules = policy(rule(1, { tagStatus: "any", ...moreThan(2) }));
    expect(expired(rules, [image("a", 4), image("b", 3), image("c", 2), image("d", 1)])).toEqual(["a by 1", "b by 1"]);
  });

  test("by the last pull counts from the push where there was none", () => {
    const rules = policy(
      rule(1, { tagStatus: "any", countType: "sinceImagePulled", countUnit: "days", countNumber: 10 }),
    );
    const images = [image("a", 20, [], { pulledAt: now - day }), image("b", 20), image("c", 5)];
    expect(expired(rules, images)).toEqual(["b by 1"]);
  });

  test("of several prefixes wants each of them", () => {
    const rules = policy(rule(1, { tagStatus: "tagged", tagPrefixList: ["alpha", "beta"], ...older(1) }));
    const images = [image("a", 2, ["alpha1"]), image("b", 2, ["alpha1", "beta2"]), image("c", 2, ["beta"])];
    expect(expired(rules, images)).toEqual(["b by 1"]);
  });

  test("of patterns matches wildcards", () => {
    const rules = policy(rule(1, { tagStatus: "tagged", tagPatternList: ["*-rc*"], ...older(1) }));
    expect(expired(rules, [image("a", 2, ["1.0-rc1"]), image("b", 2, ["1.0"])])).toEqual(["a by 1"]);
  });
});

test("an image is the first rule's that looks at it, though that one keeps it", () => {
  const rules = policy(
    rule(1, { tagStatus: "tagged", tagPrefixList: ["prod"], ...moreThan(1) }),
    rule(2, { tagStatus: "any", ...older(30) }),
  );
  const images = [image("a", 50, ["prod1"]), image("b", 40, ["prod2"]), image("c", 40, ["dev"])];
  expect(expired(rules, images)).toEqual(["a by 1", "c by 2"]);
});

test("a later rule counts what an earlier one expires", () => {
  const rules = policy(
    rule(1, { tagStatus: "tagged", tagPrefixList: ["beta"], ...moreThan(1) }),
    rule(2, { tagStatus: "any", ...moreThan(2) }),
  );
  const images = [image("a", 4, ["beta1"]), image("b", 3, ["alpha"]), image("c", 2, ["beta2"]), image("d", 1, ["x"])];
  expect(expired(rules, images)).toEqual(["a by 1", "b by 2"]);
});

test("what an index names goes only with it", () => {
  const rules = policy(rule(1, { tagStatus: "untagged", ...older(1) }));
  const images = [image("index", 5, ["v1"], { members: ["arm", "amd"] }), image("arm", 5), image("amd", 5)];
  expect(expired(rules, images)).toEqual([]);
  expect(expired(rules, [image("index", 5, [], { members: ["arm"] }), image("arm", 5)])).toHaveLength(2);
});

test("a signature goes with its image, and never before it", () => {
  const rules = policy(rule(1, { tagStatus: "untagged", ...older(1) }));
  const signature = image("signature", 5, [], { subject: "signed" });
  expect(expired(rules, [image("signed", 5, ["v1"]), signature])).toEqual([]);
  expect(expired(rules, [image("signed", 5), signature])).toEqual(["signature by 1", "signed by 1"]);
});

describe("whatever the images and rules", () => {
  const names = ["a", "b", "c", "d", "e", "f"];
  const selection = record({
    prefixes: subarray(["prod", "dev", "x"], { minLength: 1 }),
    byAge: constantFrom(true, false),
    number: integer({ min: 1, max: 6 }),
  });
  const rules = array(selection, { maxLength: 3 }).map((selections) => {
    const used = new Set<string>();
    const tagged = selections.flatMap(({ prefixes, byAge, number }, position) => {
      const fresh = prefixes.filter((prefix) => !used.has(prefix));
      for (const prefix of fresh) used.add(prefix);
      if (fresh.length === 0) return [];
      return [
        rule(position + 1, {
          tagStatus: "tagged",
          tagPrefixList: fresh,
          ...(byAge ? older(number) : moreThan(number)),
        }),
      ];
    });
    return policy(...tagged, rule(10, { tagStatus: "any", ...moreThan(4) }));
  });
  const images = uniqueArray(
    record({
      digest: constantFrom(...names),
      age: integer({ min: 0, max: 8 }),
      tags: subarray(["prod1", "dev1", "x1", "other"]),
      members: subarray(names, { maxLength: 2 }),
    }),
    { selector: ({ digest }) => digest },
  ).map((all) => all.map(({ digest, age, tags, members }) => image(digest, age, tags, { members })));

  test("each image goes by the first rule that selects it", () => {
    assert(
      property(rules, images, (given, all) => {
        for (const { digest, priority } of planExpiry(given, all, now)) {
          const found = all.find((candidate) => candidate.digest === digest);
          expect(found && given.find((each) => isSelected(each, found))?.priority).toBe(priority);
        }
      }),
    );
  });

  test("nothing goes that an index that stays names", () => {
    assert(
      property(rules, images, (given, all) => {
        const gone = new Set(planExpiry(given, all, now).map(({ digest }) => digest));
        const staying = all.filter(({ digest }) => !gone.has(digest));
        expect(staying.flatMap(({ members }) => members).filter((digest) => gone.has(digest))).toEqual([]);
      }),
    );
  });

  test("the order of the images does not matter", () => {
    assert(
      property(rules, images, (given, all) => {
        expect(expired(given, all.toReversed())).toEqual(expired(given, all));
      }),
    );
  });
});

describe("a policy is refused", () => {
  const any = { tagStatus: "any", ...moreThan(1) };
  test.each([
    ["that is not JSON", "{"],
    ["without rules", '{"rules":[]}'],
    ["with an unknown property", JSON.stringify({ rules: [rule(1, any)], more: 1 })],
    [
      "with the same priority twice",
      JSON.stringify({ rules: [rule(1, { tagStatus: "untagged", ...moreThan(1) }), rule(1, any)] }),
    ],
    [
      "with any before another rule",
      JSON.stringify({ rules: [rule(1, any), rule(2, { tagStatus: "untagged", ...moreThan(1) })] }),
    ],
    ["with tagged but no tags", JSON.stringify({ rules: [rule(1, { tagStatus: "tagged", ...moreThan(1) })] })],
    ["with tags but not tagged", JSON.stringify({ rules: [rule(1, { ...any, tagPrefixList: ["a"] })] })],
    ["with a unit of a count", JSON.stringify({ rules: [rule(1, { ...any, countUnit: "days" })] })],
    ["with hours", JSON.stringify({ rules: [rule(1, { tagStatus: "any", ...older(1), countUnit: "hours" })] })],
    ["with a count of nothing", JSON.stringify({ rules: [rule(1, { tagStatus: "any", ...moreThan(0) })] })],
    ["with a transition", JSON.stringify({ rules: [{ ...rule(1, any), action: { type: "transition" } }] })],
    [
      "with a prefix in two rules",
      JSON.stringify({
        rules: [1, 2].map((n) => rule(n, { tagStatus: "tagged", tagPrefixList: ["a"], ...moreThan(n) })),
      }),
    ],
  ])("%s", (_why, text) => {
    expect(() => parseLifecyclePolicy(text)).toThrow(expect.objectContaining({ name: "LifecyclePolicyError" }));
  });
});
