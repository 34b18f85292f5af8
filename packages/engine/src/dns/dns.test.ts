import type { RecordRouting, RecordSetSpec } from "@fleetless/kernel";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalDomainName, isWithin, reversedName } from "./domain-name.ts";
import { parseRecordData } from "./record-data.ts";
import { answerFromZones, type ZonesInForce } from "./resolve.ts";
import { chooseRecordSets } from "./routing.ts";
import { Zone } from "./zone.ts";

const set = (name: string, type: string, values: readonly string[], more: Partial<RecordSetSpec> = {}) => ({
  name,
  type,
  routing: { kind: "simple" } as const,
  target: { kind: "records", timeToLive: 60, values } as const,
  ...more,
});
const routed = (routing: RecordRouting, id: string): RecordSetSpec =>
  set("a.example.", "A", ["10.0.0.1"], { routing, healthCheckId: id });

const zoneOf = (name: string, sets: readonly RecordSetSpec[]): Zone => {
  const zone = new Zone(name);
  for (const each of new Set(sets.map((one) => one.name)))
    zone.set(
      each,
      sets.filter((one) => one.name === each),
    );
  return zone;
};
const world = (zones: readonly Zone[], unhealthy: readonly string[] = []): ZonesInForce => ({
  zoneOf: (name) => zones.filter((zone) => isWithin(name, zone.name)).sort((a, b) => b.name.length - a.name.length)[0],
  isHealthy: (id) => !unhealthy.includes(id),
  random: () => 0,
});

describe("names", () => {
  test("have one spelling", () => {
    expect(canonicalDomainName("WWW.Example.COM")).toBe("www.example.com.");
    expect(canonicalDomainName("*.example.com.")).toBe("\\052.example.com.");
    expect(canonicalDomainName("\\052.example.com")).toBe("\\052.example.com.");
    for (const bad of ["", "a..b", ".a", `${"x".repeat(64)}.com`, "a b.com", `${"abcd.".repeat(60)}com`]) {
      expect(canonicalDomainName(bad)).toBeUndefined();
    }
    expect(reversedName("www.example.com.")).toBe("com.example.www.");
    expect(isWithin("notexample.com.", "example.com.")).toBe(false);
  });

  test("that are canonical stay as they are", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 80 }), (text) => {
        const name = canonicalDomainName(text);
        if (name === undefined) return;
        expect(canonicalDomainName(name)).toBe(name);
        expect(reversedName(reversedName(name))).toBe(name);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("routing", () => {
  const weights = fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 1, maxLength: 6 });

  test("answers by weight", () => {
    fc.assert(
      fc.property(weights, (values) => {
        const sets = values.map((weight, index) => routed({ kind: "weighted", weight }, String(index)));
        const total = values.reduce((sum, value) => sum + value, 0);
        const samples = 2_000;
        const counts = values.map(() => 0);
        for (let index = 0; index < samples; index += 1) {
          // Evenly over all that chance may give, so that the shares are exact but for rounding.
          const [chosen] = chooseRecordSets(sets, { isHealthy: () => true, random: () => index / samples });
          const at = Number(chosen?.healthCheckId);
          counts[at] = (counts[at] ?? 0) + 1;
        }
        for (const [index, weight] of values.entries()) {
          const share = total === 0 ? 1 / values.length : weight / total;
          expect(Math.abs((counts[index] ?? 0) / samples - share)).toBeLessThan(0.002);
        }
      }),
      { numRuns: 50 },
    );
  });

  test("never answers what is unhealthy while something is healthy", () => {
    const kind = fc.constantFrom<"weighted" | "failover" | "multivalue">("weighted", "failover", "multivalue");
    fc.assert(
      fc.property(
        kind,
        fc.array(fc.boolean(), { minLength: 1, maxLength: 12 }),
        fc.integer(),
        (which, health, seed) => {
          const limited = which === "failover" ? health.slice(0, 2) : health;
          const sets = limited.map((_, index) => {
            if (which === "multivalue") return routed({ kind: which }, String(index));
            if (which === "weighted") return routed({ kind: which, weight: (seed >>> index) & 3 }, String(index));
            return routed({ kind: which, role: index === 0 ? "PRIMARY" : "SECONDARY" }, String(index));
          });
          const isHealthy = ({ healthCheckId }: RecordSetSpec) => limited[Number(healthCheckId)] === true;
          const chosen = chooseRecordSets(sets, { isHealthy, random: Math.random });
          expect(chosen.length).toBeGreaterThan(0);
          expect(chosen.length).toBeLessThanOrEqual(8);
          if (limited.includes(true)) expect(chosen.every(isHealthy)).toBe(true);
          if (which === "multivalue") {
            const eligible = limited.filter(Boolean).length || limited.length;
            expect(chosen.length).toBe(Math.min(8, eligible));
          }
          if (which === "failover" && limited[0] === true) expect(chosen).toEqual([sets[0]]);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe("zones", () => {
  const zone = zoneOf("example.", [
    set("example.", "SOA", ["ns. hostmaster. 1 7200 900 1209600 86400"]),
    set("a.example.", "A", ["10.0.0.1"]),
    set("\\052.wild.example.", "TXT", ['"w"']),
    set("x.y.example.", "A", ["10.0.0.2"]),
    set("c.example.", "CNAME", ["A.example"]),
    set("out.example.", "CNAME", ["www.elsewhere.test."]),
    set("loop.example.", "CNAME", ["loop.example."]),
    set("alias.example.", "A", [], { target: { kind: "alias", name: "a.example.", evaluateTargetHealth: false } }),
  ]);
  const ask = (name: string, type = "A", more: readonly Zone[] = []) =>
    answerFromZones(world([zone, ...more]), name, type);

  test("answer what is there, nothing of the type, and that a name is missing", () => {
    expect(ask("a.example.")?.records).toEqual([{ name: "a.example.", type: "A", timeToLive: 60, value: "10.0.0.1" }]);
    expect(ask("a.example.", "AAAA")).toMatchObject({ records: [], exists: true, negativeZone: zone });
    expect(ask("y.example.")).toMatchObject({ records: [], exists: true, negativeZone: zone });
    expect(ask("b.example.")).toMatchObject({ records: [], exists: false, negativeZone: zone });
    expect(ask("a.test.")).toBeUndefined();
  });

  test("answer wildcards for what is missing below them alone", () => {
    expect(ask("any.wild.example.", "TXT")?.records[0]).toMatchObject({ name: "any.wild.example.", value: '"w"' });
    expect(ask("deep.any.wild.example.", "TXT")?.records).toHaveLength(1);
    expect(ask("wild.example.", "TXT")).toMatchObject({ records: [], exists: true });
  });

  test("follow CNAME records and aliases, and out of the zones", () => {
    expect(ask("c.example.")?.records.map(({ name, type }) => `${name} ${type}`)).toEqual([
      "c.example. CNAME",
      "a.example. A",
    ]);
    expect(ask("c.example.", "CNAME")?.records).toHaveLength(1);
    expect(ask("alias.example.")?.records).toMatchObject([{ name: "alias.example.", value: "10.0.0.1" }]);
    expect(ask("out.example.")?.further).toEqual({ name: "www.elsewhere.test.", owner: "www.elsewhere.test." });
    expect(ask("loop.example.")?.records).toHaveLength(12);
    const elsewhere = zoneOf("elsewhere.test.", [set("www.elsewhere.test.", "A", ["10.9.9.9"])]);
    expect(ask("out.example.", "A", [elsewhere])?.records.at(-1)).toMatchObject({ value: "10.9.9.9" });
  });

  test("take aliases for unhealthy where all they lead to is", () => {
    const roles = zoneOf("f.", [
      set("a.f.", "A", ["10.0.0.1"], { healthCheckId: "h" }),
      set("b.f.", "A", [], {
        routing: { kind: "failover", role: "PRIMARY" },
        target: { kind: "alias", name: "a.f.", evaluateTargetHealth: true },
      }),
      set("b.f.", "A", ["10.0.0.2"], { routing: { kind: "failover", role: "SECONDARY" } }),
    ]);
    const value = (unhealthy: readonly string[]) =>
      answerFromZones(world([roles], unhealthy), "b.f.", "A")?.records[0]?.value;
    expect([value([]), value(["h"])]).toEqual(["10.0.0.1", "10.0.0.2"]);
  });

  test("forget names like those that were never there", () => {
    const name = fc.constantFrom("a.z.", "b.a.z.", "c.b.a.z.", "d.a.z.", "z.");
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.boolean())), (steps) => {
        const changed = new Zone("z.");
        const there = new Set<string>();
        for (const [each, present] of steps) {
          changed.set(each, present ? [set(each, "A", ["10.0.0.1"])] : []);
          if (present) there.add(each);
          else there.delete(each);
        }
        for (const asked of ["a.z.", "b.a.z.", "c.b.a.z.", "d.a.z.", "e.z."]) {
          const expected = [...there].some((one) => isWithin(one, asked)) ? "name" : "missing";
          expect(changed.match(asked).kind).toBe(expected);
        }
      }),
    );
  });
});

test("values are read as their types demand", () => {
  const good: Readonly<Record<string, string>> = {
    A: "10.0.0.1",
    AAAA: "2001:db8::1",
    CNAME: "www.example.com",
    MX: "10 mail.example.com.",
    TXT: '"a \\"quoted\\" \\101" "b"',
    SRV: "1 2 80 host.example.com",
    CAA: '0 issue "ca.example.com"',
    SOA: "ns.example. host.example. 1 7200 900 1209600 86400",
    NAPTR: '10 20 "S" "SIP+D2U" "" _sip._udp.example.com.',
    PTR: "host.example.com.",
  };
  for (const [type, value] of Object.entries(good)) {
    expect(parseRecordData(type, value)).toMatchObject({ type });
    expect(parseRecordData(type, `${value} x y`)).toHaveProperty("problem");
  }
  expect(parseRecordData("TXT", good.TXT ?? "")).toEqual({ type: "TXT", data: ['a "quoted" A', "b"] });
  expect(parseRecordData("A", "10.0.0.256")).toEqual({
    problem: "ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address)",
  });
});
