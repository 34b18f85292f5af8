import fc from "fast-check";
import { expect, it } from "vitest";
import { joinPairs } from "./join-pairs.ts";
import { emptyRuleset, type Match, type Ruleset } from "./ruleset.ts";
import { interpretRuleset } from "./testing/interpret-ruleset.ts";

const rule: fc.Arbitrary<readonly Match[]> = fc
  .record({
    cidr: fc.constantFrom("10.0.0.0/8", "10.1.0.0/16", "10.1.2.0/24", "10.1.2.3/32", "10.1.2.4/32", "192.0.2.0/24"),
    protocol: fc.constantFrom("tcp" as const, "udp" as const),
    from: fc.constantFrom(22, 80, 443),
    wider: fc.constantFrom(0, 0, 0, 10),
  })
  .map(({ cidr, protocol, from, wider }) => [
    { kind: "block", side: "source", cidr },
    { kind: "port", protocol, from, to: from + wider },
  ]);

const filter = (rules: readonly (readonly Match[])[]): Ruleset => ({
  ...emptyRuleset,
  chains: new Map([
    [
      "only",
      {
        name: "only",
        hook: { type: "filter", hook: "forward", priority: 0, policy: "drop" },
        rules: rules.map((matches) => ({ matches, action: { kind: "accept" } })),
      },
    ],
  ]),
});

it("accepts of many rules what they accept one by one", () => {
  fc.assert(
    fc.property(
      fc.array(rule, { maxLength: 30 }),
      fc.constantFrom("10.1.2.3", "10.1.2.9", "10.9.9.9", "192.0.2.1", "198.51.100.1"),
      fc.constantFrom(6, 17),
      fc.constantFrom(22, 25, 80, 443, 450),
      (rules, source, protocol, destinationPort) => {
        const packet = { state: "new", inInterface: "a", sourceMac: "", source, destination: "10.0.0.1" } as const;
        const verdict = (of: readonly (readonly Match[])[]) =>
          interpretRuleset(filter(of), "forward", { ...packet, protocol, destinationPort });
        expect(verdict(joinPairs(rules))).toBe(verdict(rules));
        expect(joinPairs(rules).length).toBeLessThanOrEqual(Math.max(rules.length, 1));
      },
    ),
    { numRuns: 2_000 },
  );
});
