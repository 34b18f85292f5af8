import { refusedFlows } from "@fleetless/engine";
import { networkInterfaceId, securityGroupId, subnetId, type VpcSpec } from "@fleetless/kernel";
import { emptyVpc, openAndClosedRoutes, openAndClosedSubnets, openNetworkAcl } from "@fleetless/kernel/testing";
import { expect, it } from "vitest";
import { parseTrackedFlow } from "./tracked-connections.ts";

const tcp =
  "ipv4     2 tcp      6 431999 ESTABLISHED src=10.0.1.11 dst=10.0.1.10 sport=60488 dport=80 src=10.0.1.10 dst=10.0.1.11 sport=80 dport=60488 [ASSURED] mark=0 use=1";
const inward =
  "ipv4     2 tcp      6 99 ESTABLISHED src=203.0.113.9 dst=100.64.0.10 sport=5000 dport=80 src=10.0.1.10 dst=203.0.113.9 sport=80 dport=5000 [ASSURED] mark=0 use=1";
const outward =
  "ipv4     2 udp      17 29 src=10.0.1.11 dst=203.0.113.9 sport=5000 dport=53 [UNREPLIED] src=203.0.113.9 dst=100.64.0.11 sport=53 dport=1024 mark=0 use=1";
const ping =
  "ipv4     2 icmp     1 29 src=10.0.1.11 dst=10.0.1.10 type=8 code=0 id=77 src=10.0.1.10 dst=10.0.1.11 type=0 code=0 id=77 mark=0 use=1";
const resolver =
  "ipv4     2 udp      17 29 src=10.0.1.11 dst=10.0.0.2 sport=5000 dport=53 src=10.0.0.2 dst=10.0.1.11 sport=53 dport=5000 mark=0 use=1";
const other =
  "ipv4     2 unknown  50 99 src=10.0.1.11 dst=10.0.1.10 [UNREPLIED] src=10.0.1.10 dst=10.0.1.11 mark=0 use=1";

const group = securityGroupId("sg-1");
const member = (last: number) => ({
  id: networkInterfaceId(`eni-${last}`),
  privateAddress: `10.0.1.${last}`,
  publicAddress: `100.64.0.${last}`,
  macAddress: "02:00:00:00:00:01",
  subnetId: subnetId("subnet-open"),
  securityGroupIds: [group],
});
const all = { protocol: "-1", peer: { kind: "cidr", cidr: "0.0.0.0/0" } } as const;
const vpc: VpcSpec = {
  ...emptyVpc,
  subnets: openAndClosedSubnets,
  routeTables: openAndClosedRoutes,
  networkAcls: [openNetworkAcl],
  securityGroups: [{ id: group, ingress: [all], egress: [all] }],
  interfaces: [member(10), member(11)],
};

const refusedBy = (changed: Partial<VpcSpec>): readonly number[] => {
  const flows = [tcp, inward, outward, ping, resolver, other].map((line) => parseTrackedFlow(line));
  const known = flows.flatMap((flow) => flow ?? []);
  expect(known).toHaveLength(6);
  return refusedFlows({ ...vpc, ...changed }, known).map((flow) => known.indexOf(flow));
};

it("reads what the kernel remembers of a connection", () => {
  expect(parseTrackedFlow(tcp)).toEqual({
    protocol: 6,
    original: { source: "10.0.1.11", destination: "10.0.1.10", sourcePort: 60488, destinationPort: 80 },
    reply: { source: "10.0.1.10", destination: "10.0.1.11", sourcePort: 80, destinationPort: 60488 },
  });
  expect(parseTrackedFlow(ping)).toMatchObject({ protocol: 1, icmpType: 8, icmpCode: 0, icmpId: 77 });
  expect(parseTrackedFlow(other)).toMatchObject({ protocol: 50, original: { source: "10.0.1.11" } });
  expect(parseTrackedFlow("")).toBeUndefined();
  expect(parseTrackedFlow(tcp.replace("ipv4     2", "unspec   0"))).toBeUndefined();
});

it("refuses exactly the connections that would not come about any more", () => {
  expect(refusedBy({})).toEqual([]);
  const web = { ...all, protocol: "tcp", fromPort: 80, toPort: 80 };
  expect(refusedBy({ securityGroups: [{ id: group, ingress: [web], egress: [all] }] })).toEqual([3, 5]);
  expect(refusedBy({ securityGroups: [{ id: group, ingress: [all], egress: [web] }] })).toEqual([2, 3, 5]);
  expect(refusedBy({ routeTables: [] })).toEqual([1, 2]);
  // An address that moved, or went.
  expect(refusedBy({ interfaces: [member(11), { ...member(10), publicAddress: "100.64.0.77" }] })).toEqual([1]);
  expect(refusedBy({ interfaces: [member(10)] })).toEqual([0, 2, 3, 5]);
  // What a network ACL says is said to every packet.
  expect(refusedBy({ networkAcls: [{ id: "acl-1", ingress: [], egress: [] }] })).toEqual([]);
});
