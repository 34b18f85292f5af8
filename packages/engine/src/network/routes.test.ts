import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileRoutes, type Routing, tableNumbersOf } from "./compile-routes.ts";
import { diffRouting, emptyRouting, mendRouting } from "./diff-routes.ts";
import { vpcPairs } from "./testing/random-vpc.ts";

const links = { uplink: { device: "uplink", nextHop: "169.254.171.1" }, peerings: new Map() };
const routings = fc
  .tuple(vpcPairs, fc.constantFrom("ipv4" as const, "ipv6" as const))
  .map(([[vpc], family]) => compileRoutes(vpc, links, family));

/** Routes and rules of a kernel, each as `ip` names it, and what `ip` refuses. */
const kernelAfter = (lines: readonly string[], before: ReadonlyMap<string, string> = new Map()) => {
  const kernel = new Map(before);
  for (const line of lines) {
    const [what, verb, ...rest] = line.split(" ");
    const words = what === "rule" ? rest : rest.filter((word) => !["blackhole", "throw", "unreachable"].includes(word));
    const key = what === "rule" ? line.replace(/^rule (add|del)/, "rule") : `${words[0]} table ${words.at(-1)}`;
    if (verb === "del") expect(kernel.delete(key), line).toBe(true);
    else {
      if (verb === "add") expect(kernel.has(key), line).toBe(false);
      kernel.set(key, what === "rule" ? "" : rest.join(" "));
    }
  }
  return kernel;
};

const built = (routing: Routing) => kernelAfter(diffRouting(emptyRouting, routing));

describe("routes of a VPC's namespace", () => {
  it("are led from one to another by lines that ip accepts, and none where nothing changes", () => {
    fc.assert(
      fc.property(routings, routings, (first, second) => {
        const sorted = (kernel: ReadonlyMap<string, string>) => [...kernel].sort();
        expect(sorted(kernelAfter(diffRouting(first, second), built(first)))).toEqual(sorted(built(second)));
        expect(sorted(kernelAfter(mendRouting(first, second), built(first)))).toEqual(sorted(built(second)));
        expect(diffRouting(second, second)).toEqual([]);
        expect(mendRouting(second, second)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it("have tables of their own, whose numbers others do not change", () => {
    const ids = Array.from({ length: 300 }, (_, index) => `rtb-${index}`);
    const numbers = tableNumbersOf(ids);
    expect(new Set(numbers.values()).size).toBe(300);
    expect(Math.min(...numbers.values())).toBeGreaterThan(255);
    expect(tableNumbersOf(ids.slice(10)).get("rtb-77")).toBe(numbers.get("rtb-77"));
  });
});
