import type { Change, ResourceRecordSet } from "@aws-sdk/client-route-53";
import fc from "fast-check";
import { expect, test } from "vitest";
import { planChangeBatch } from "./change-batch.ts";
import { checkChange } from "./check-change.ts";
import { type HostedZoneRecord, recordSetKey } from "./collections.ts";

const zone: HostedZoneRecord = {
  id: "Z1",
  accountId: "123456789012",
  name: "corp.test.",
  callerReference: "one",
  isPrivate: true,
  vpcs: [{ vpcId: "vpc-1", region: "us-east-1" }],
  authorizations: [],
  recordSetCount: 0,
  tags: {},
};

const name = fc.constantFrom("a.corp.test", "b.corp.test", "*.corp.test", "corp.test", "else.test");
const value = fc.constantFrom("10.0.0.1", "10.0.0.2", "host.corp.test");
const policy = fc.constantFrom<Partial<ResourceRecordSet>>(
  {},
  { SetIdentifier: "x", Weight: 1 },
  { SetIdentifier: "y", Weight: 0 },
  { SetIdentifier: "x", MultiValueAnswer: true },
  { SetIdentifier: "p", Failover: "PRIMARY" },
  { SetIdentifier: "q", Failover: "PRIMARY" },
);
const change: fc.Arbitrary<Change> = fc
  .tuple(fc.constantFrom("CREATE", "DELETE", "UPSERT"), name, fc.constantFrom("A", "CNAME"), value, policy)
  .map(([Action, Name, Type, Value, more]) => ({
    Action,
    ResourceRecordSet: { Name, Type, TTL: 60, ResourceRecords: [{ Value }], ...more },
  }));

const routingOf = (set: ResourceRecordSet): string =>
  set.Weight !== undefined ? "weighted" : (set.Failover ?? (set.MultiValueAnswer ? "multivalue" : "simple"));

test("whatever batches are asked for, a zone holds only what resolvers can answer from", () => {
  fc.assert(
    fc.property(fc.array(fc.array(change, { minLength: 1, maxLength: 5 }), { maxLength: 12 }), (batches) => {
      const sets = new Map<string, ResourceRecordSet>();
      const keyOf = (set: ResourceRecordSet): string => recordSetKey(zone.id, set);
      for (const batch of batches) {
        const plan = planChangeBatch(zone, sets, batch.map(checkChange));
        if (plan.kind === "refused") {
          expect(plan.messages.length).toBeGreaterThan(0);
          continue;
        }
        for (const set of plan.deletes) expect(sets.delete(keyOf(set))).toBe(true);
        for (const set of plan.puts) sets.set(keyOf(set), set);
        for (const [owner, same] of Map.groupBy(sets.values(), (set) => set.Name ?? "")) {
          expect(owner === zone.name || owner.endsWith(`.${zone.name}`)).toBe(true);
          const types = new Set(same.map(({ Type }) => Type));
          if (types.has("CNAME")) expect([...types]).toEqual(["CNAME"]);
          if (owner === zone.name) expect(types.has("CNAME")).toBe(false);
          for (const [, ofType] of Map.groupBy(same, ({ Type }) => Type)) {
            const kinds = ofType.map(routingOf);
            expect(new Set(kinds.map((kind) => (kind === "SECONDARY" ? "PRIMARY" : kind))).size).toBe(1);
            if (kinds[0] === "simple" || kinds[0] === "PRIMARY") expect(ofType).toHaveLength(1);
          }
        }
      }
    }),
    { numRuns: 2_000 },
  );
});

test("what is upserted can be deleted by the same words, and is gone", () => {
  fc.assert(
    fc.property(policy, fc.array(fc.ipV4(), { minLength: 1, maxLength: 4 }), (more, addresses) => {
      const set: ResourceRecordSet = {
        Name: "A.corp.test",
        Type: "A",
        TTL: 60,
        ResourceRecords: [...new Set(addresses)].map((Value) => ({ Value })),
        ...more,
      };
      const put = planChangeBatch(zone, new Map(), [checkChange({ Action: "UPSERT", ResourceRecordSet: set })]);
      if (put.kind !== "planned") throw new Error(put.messages.join());
      const sets = new Map(put.puts.map((each) => [recordSetKey(zone.id, each), each]));
      const turned = { ...set, ResourceRecords: set.ResourceRecords?.toReversed() };
      const gone = planChangeBatch(zone, sets, [checkChange({ Action: "DELETE", ResourceRecordSet: turned })]);
      expect(gone).toMatchObject({ kind: "planned", puts: [], deletes: [{ Name: "a.corp.test." }] });
    }),
  );
});
