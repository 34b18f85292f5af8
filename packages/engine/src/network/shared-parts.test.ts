import fc from "fast-check";
import { expect, it } from "vitest";
import { shareUnchanged } from "./shared-parts.ts";
import { vpcPairs } from "./testing/random-vpc.ts";

/** As it comes from elsewhere: plain objects of its own. */
const vpcs = vpcPairs.map(([vpc]) => structuredClone(vpc));

it("says what the newer one says, with the parts of the older that are as they were", () => {
  fc.assert(
    fc.property(vpcs, vpcs, fc.nat(20), (first, second, taken) => {
      const copy = structuredClone(first);
      expect(shareUnchanged(first, copy)).toBe(first);
      expect(shareUnchanged(first, second)).toEqual(second);
      const mixed = structuredClone({ ...first, interfaces: [...second.interfaces, ...first.interfaces.slice(taken)] });
      const shared = shareUnchanged(first, mixed);
      expect(shared).toEqual(mixed);
      expect(shared.securityGroups).toBe(first.securityGroups);
      expect(shared.routeTables).toBe(first.routeTables);
    }),
    { numRuns: 200 },
  );
});
