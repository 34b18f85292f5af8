import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  allTraffic,
  anywhereByIpv6,
  dualStackVpcWith,
  execute,
  group,
  interfaceIn,
  membershipOf,
  NetworkFixture,
  ofGroup,
  reach,
  tcp,
} from "./fixture.ts";

const fixture = new NetworkFixture();
beforeAll(async () => {
  await fixture.open();
});
afterAll(() => fixture.dispose());

describe("two tasks in a dual-stack subnet", () => {
  it("talk by IPv6 as their groups say, and by IPv4 as before", async () => {
    const everything = { protocol: "-1", peer: anywhereByIpv6 } as const;
    const client = group([], [allTraffic, everything]);
    const server = group([tcp(80, ofGroup(client)), tcp(81, anywhereByIpv6), tcp(82)], [allTraffic, everything]);
    const vpc = dualStackVpcWith([client, server]);
    const [one, other] = [interfaceIn(vpc, "10.0.1.10", [client]), interfaceIn(vpc, "10.0.1.11", [server])];
    await fixture.network.apply([{ ...vpc, interfaces: [one, other].map(membershipOf) }]);
    const [caller, called] = [await fixture.attach(one), await fixture.attach(other)];
    for (const port of [80, 81, 82, 83]) await fixture.serve(called, port);
    expect(await reach(caller, called.ipv6Address, 80)).toBe(`from ${caller.ipv6Address}`);
    expect(await reach(caller, called.ipv6Address, 81)).toBe(`from ${caller.ipv6Address}`);
    expect(await reach(caller, called.ipv6Address, 82)).toBeUndefined();
    expect(await reach(caller, called.ipv6Address, 83)).toBeUndefined();
    expect(await reach(caller, called.address, 80)).toBe(`from ::ffff:${caller.address}`);
    expect(await reach(caller, called.address, 81)).toBeUndefined();
    const { stdout } = await execute(caller, ["ip", "-6", "address", "show", "dev", "eth0"]);
    expect(stdout).toContain(`inet6 ${caller.ipv6Address}/64 scope global`);
    expect(stdout).not.toContain("fe80::");
  });
});
