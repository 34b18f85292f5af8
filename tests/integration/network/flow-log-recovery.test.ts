import type { SecurityGroupSpec, VpcSpec } from "@fleetless/kernel";
import { expect, it } from "vitest";
import { type AttachedTask, allTraffic, dualStackVpcWith, interfaceIn } from "./fixture.ts";
import { flowLog, SteadySender, send, useFlowLogs } from "./flow-log-fixture.ts";

/** Whoever changes the packet filter is found out soon. */
const fixture = useFlowLogs({ auditMilliseconds: 300 });

/** Datagrams of both families while `work` is done: both ends tell of each of them once. */
const expectExactCounts = async (
  { client, server }: { readonly client: AttachedTask; readonly server: AttachedTask },
  work: () => Promise<void>,
): Promise<void> => {
  const addresses = [server.address, server.ipv6Address];
  const senders = addresses.map((address) => new SteadySender(client, address));
  await Promise.all(senders.map(({ begun }) => begun));
  await work();
  const sent = await Promise.all(senders.map((sender) => sender.stop()));
  await fixture.gone(client, server);
  const sums = [client, server].map((task) => addresses.map((address) => fixture.sumOf(task, "fl-1", address)));
  const expected = sent.map((count, index) => [count, count * (index === 0 ? 128 : 148)]);
  expect(sums).toEqual([expected, expected]);
  expect(fixture.deliveries.some(({ skipped }) => skipped)).toBe(false);
};

const changed = (vpc: VpcSpec, group: SecurityGroupSpec, port: number): Partial<VpcSpec> => ({
  securityGroups: [
    { ...group, ingress: [...group.ingress, { ...allTraffic, protocol: "udp", fromPort: port, toPort: port }] },
  ],
  networkAcls: vpc.networkAcls.map((acl) => ({
    ...acl,
    ingress: [
      { ruleNumber: 1, action: "deny", protocol: "6", cidr: "0.0.0.0/0", fromPort: port, toPort: port },
      ...acl.ingress,
    ],
  })),
});

it("loses no packet and tells none twice where the agent dies, and counts on while there is none", async () => {
  const { client, server } = await fixture.pair((vpc) => [flowLog(vpc)], dualStackVpcWith);
  await expectExactCounts({ client, server }, async () => {
    for (let n = 0; n < 4; n++) await fixture.network.restart();
    await fixture.network.network.close({ purge: false });
    const counting = new SteadySender(server, client.address);
    await counting.begun;
    const sent = await counting.stop();
    await fixture.network.open();
    expect(sent).toBeGreaterThan(0);
  });
});

it("loses no packet where rules, ACLs and interfaces change", async () => {
  const { vpc, open, client, server, apply } = await fixture.pair((bare) => [flowLog(bare)], dualStackVpcWith);
  await expectExactCounts({ client, server }, async () => {
    for (let port = 1000; port < 1006; port++) {
      await apply(changed(vpc, open, port));
      const other = await fixture.network.attach(interfaceIn(vpc, "10.0.1.20", [open]));
      await apply({});
      await fixture.network.network.detach(other.workloadId);
    }
  });
});

it("loses no packet where somebody's change of the packet filter is mended", async () => {
  const { vpc, client, server } = await fixture.pair((bare) => [flowLog(bare)], dualStackVpcWith);
  await expectExactCounts({ client, server }, async () => {
    for (const family of ["inet", "ip6"]) {
      const stranger = ["add", "rule", family, "vpc", "ingress", "counter"];
      expect((await fixture.nft(vpc, stranger)).stderr).toBe("");
      const ingress = async () => (await fixture.nft(vpc, ["list", "chain", family, "vpc", "ingress"])).stdout;
      await expect.poll(ingress, { timeout: 30_000 }).not.toContain("counter");
    }
  });
});

it("says so where counts were lost with a packet filter that somebody removed", async () => {
  const { vpc, client, server, apply } = await fixture.pair((bare) => [flowLog(bare)]);
  await send(client, server.address, [7, 7], 2);
  await fixture.nft(vpc, ["delete", "table", "inet", "vpc"]);
  await apply({ securityGroups: [] });
  await fixture.gone(client, server);
  expect([fixture.deliveriesOf(client), fixture.deliveriesOf(server)].map(([first]) => first?.skipped)).toEqual([
    true,
    true,
  ]);
});

it("says so where counts of one family were lost", async () => {
  const { vpc, client, server, apply } = await fixture.pair((bare) => [flowLog(bare)], dualStackVpcWith);
  await send(client, server.ipv6Address, [7, 7], 2);
  await fixture.nft(vpc, ["delete", "table", "ip6", "vpc"]);
  await apply({ securityGroups: [] });
  await fixture.gone(client, server);
  expect([client, server].map((task) => fixture.deliveriesOf(task)[0]?.skipped)).toEqual([true, true]);
});

it("says so where counts were lost while there was no agent", async () => {
  const { vpc, client, server } = await fixture.pair((bare) => [flowLog(bare)]);
  await send(client, server.address, [7, 7], 2);
  await fixture.network.network.close({ purge: false });
  await fixture.nft(vpc, ["delete", "table", "inet", "vpc"]);
  await fixture.network.open();
  await fixture.gone(client, server);
  expect([client, server].map((task) => fixture.deliveriesOf(task)[0]?.skipped)).toEqual([true, true]);
});
