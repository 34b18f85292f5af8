import {
  type InterfaceMembership,
  networkInterfaceId,
  type SecurityGroupSpec,
  securityGroupId,
  subnetId,
  type VpcEndpointSpec,
  type VpcSpec,
} from "@fleetless/kernel";
import { emptyVpc } from "@fleetless/kernel/testing";
import { describe, expect, it } from "vitest";
import { interfaceEndpoint } from "./testing/interface-endpoint.ts";
import { type WayOut, wayToAddress, wayToService } from "./way-out.ts";

const anyone = { protocol: "-1", peer: { kind: "cidr", cidr: "0.0.0.0/0" } } as const;
const group = (id: string, rest: Partial<SecurityGroupSpec> = {}): SecurityGroupSpec => ({
  id: securityGroupId(id),
  ingress: [],
  egress: [anyone],
  ...rest,
});
const member = (
  id: string,
  subnet: string,
  privateAddress: string,
  groups: readonly string[],
  rest: Partial<InterfaceMembership> = {},
): InterfaceMembership => ({
  id: networkInterfaceId(id),
  privateAddress,
  macAddress: "02:00:00:00:00:01",
  subnetId: subnetId(subnet),
  securityGroupIds: groups.map(securityGroupId),
  ...rest,
});

const open = { ruleNumber: 100, action: "allow", protocol: "-1", cidr: "0.0.0.0/0" } as const;
const subnets = ["public", "private", "isolated"].map((name, index) => ({
  id: subnetId(`subnet-${name}`),
  cidr: `10.0.${index}.0/24`,
  availabilityZone: index === 2 ? "us-east-1b" : "us-east-1a",
  routeTableId: `rtb-${name}`,
  networkAclId: "acl-open",
}));
const world = (id: string, kind: "internet-gateway" | "nat-gateway") =>
  ({ destination: "0.0.0.0/0", target: { kind, id } }) as const;

/** A VPC with a public, a private and an isolated subnet. */
const vpc: VpcSpec = {
  ...emptyVpc,
  subnets,
  networkAcls: [{ id: "acl-open", ingress: [open], egress: [open] }],
  routeTables: [
    { id: "rtb-public", routes: [world("igw-1", "internet-gateway")] },
    { id: "rtb-private", routes: [world("nat-1", "nat-gateway")] },
    { id: "rtb-isolated", routes: [] },
  ],
  natGateways: [
    {
      id: "nat-1",
      subnetId: subnetId("subnet-public"),
      connectivity: "public",
      networkInterfaceId: networkInterfaceId("eni-nat"),
      privateAddress: "10.0.0.250",
      publicAddress: "100.64.0.250",
    },
  ],
  securityGroups: [group("sg-task"), group("sg-endpoint", { ingress: [anyone] }), group("sg-shut")],
  interfaces: [
    member("eni-endpoint-a", "subnet-private", "10.0.1.9", ["sg-endpoint"]),
    member("eni-endpoint-b", "subnet-isolated", "10.0.2.9", ["sg-endpoint"]),
  ],
};

const logsIn = (region: string) => ({ service: "logs", region });
const logs = logsIn("us-east-1");

const inIsolated = member("eni-task", "subnet-isolated", "10.0.2.5", ["sg-task"]);
const inPrivate = member("eni-task", "subnet-private", "10.0.1.5", ["sg-task"]);
const inPublic = (rest: Partial<InterfaceMembership> = {}) =>
  member("eni-task", "subnet-public", "10.0.0.5", ["sg-task"], rest);
const because = (way: WayOut): string | undefined => (way.kind === "refused" ? way.because : undefined);

describe("the way to a service of AWS", () => {
  it("is the internet gateway with a public address of one's own, or the NAT gateway", () => {
    expect(wayToService(vpc, inPublic({ publicAddress: "100.64.0.5" }), logs)).toMatchObject({
      kind: "routed",
      source: "100.64.0.5",
    });
    expect(wayToService(vpc, inPrivate, logs)).toMatchObject({ kind: "routed", source: "100.64.0.250" });
  });

  it("is missing without a public address or a route, and says which", () => {
    expect(because(wayToService(vpc, inPublic(), logs))).toBe(
      "igw-1 has no public address to show for eni-task on its way to com.amazonaws.us-east-1.logs, and vpc-1 has no endpoint for it",
    );
    expect(because(wayToService(vpc, inIsolated, logs))).toBe(
      "subnet-isolated has no route to com.amazonaws.us-east-1.logs in rtb-isolated, and vpc-1 has no endpoint for it",
    );
  });

  it("is stopped by the groups of the task itself", () => {
    const shut = { ...vpc, securityGroups: [group("sg-task", { egress: [] })] };
    expect(because(wayToService(shut, inPrivate, logs))).toBe(
      "no rule of the security groups of eni-task lets it out on its way to com.amazonaws.us-east-1.logs",
    );
  });

  it("is stopped by network ACLs that do not let the answers back", () => {
    const closed = { ...vpc, networkAcls: [{ id: "acl-open", ingress: [], egress: [open] }] };
    expect(because(wayToService(closed, inPublic({ publicAddress: "100.64.0.5" }), logs))).toMatch(
      /^acl-open of subnet-public, rule \*, does not let .* in on its way to com\.amazonaws\.us-east-1\.logs$/,
    );
  });

  it("is an interface endpoint with private DNS, from the task's zone first", () => {
    const with1 = { ...vpc, endpoints: [interfaceEndpoint("logs")] };
    const way = wayToService(with1, inIsolated, logs);
    expect(way).toMatchObject({ kind: "endpoint", endpoint: { id: "vpce-logs" } });
    expect(way.hops.at(-1)).toMatchObject({ kind: "network-interface", id: "eni-endpoint-b" });
    expect(wayToService(with1, inPrivate, logs).hops.at(-1)).toMatchObject({ id: "eni-endpoint-a" });
  });

  it("is not an endpoint of another service or region, nor one without private DNS", () => {
    const without = { ...vpc, endpoints: [interfaceEndpoint("logs", { privateDnsNames: [] })] };
    expect(because(wayToService(without, inIsolated, logs))).toContain("and vpce-logs has no private DNS");
    const other = { ...vpc, endpoints: [interfaceEndpoint("kms")] };
    expect(wayToService(other, inIsolated, logs).kind).toBe("refused");
    expect(wayToService({ ...vpc, endpoints: [interfaceEndpoint("logs")] }, inIsolated, logsIn("eu-west-1")).kind).toBe(
      "refused",
    );
  });

  it("is not an endpoint whose private DNS the VPC does not answer", () => {
    const endpoints = [interfaceEndpoint("logs")];
    expect(because(wayToService({ ...vpc, dnsHostnames: false, endpoints }, inIsolated, logs))).toContain(
      "and enableDnsHostnames of vpc-1 is off, which the private DNS of vpce-logs needs",
    );
    expect(because(wayToService({ ...vpc, dnsSupport: false, endpoints }, inIsolated, logs))).toContain(
      "and enableDnsSupport of vpc-1 is off, which the private DNS of vpce-logs needs",
    );
  });

  it("does not go round an endpoint whose groups do not let it in", () => {
    const interfaces = vpc.interfaces.map((each) => ({ ...each, securityGroupIds: [securityGroupId("sg-shut")] }));
    const shut = { ...vpc, interfaces, endpoints: [interfaceEndpoint("logs")] };
    expect(because(wayToService(shut, inPrivate, logs))).toBe(
      "no rule of the security groups of eni-endpoint-a lets it in on its way to vpce-logs (com.amazonaws.us-east-1.logs)",
    );
  });

  it("is any interface of the endpoint that lets it in", () => {
    const interfaces = vpc.interfaces.map((each) =>
      each.id === "eni-endpoint-b" ? { ...each, securityGroupIds: [securityGroupId("sg-shut")] } : each,
    );
    const half = { ...vpc, interfaces, endpoints: [interfaceEndpoint("logs")] };
    expect(wayToService(half, inIsolated, logs).hops.at(-1)).toMatchObject({ id: "eni-endpoint-a" });
  });

  it("is a gateway endpoint where the subnet's table leads there", () => {
    const gateway: VpcEndpointSpec = {
      ...interfaceEndpoint("s3"),
      kind: "gateway",
      privateDnsNames: [],
      interfaces: [],
    };
    const route = { destination: "198.18.0.0/24", target: { kind: "vpc-endpoint", id: "vpce-s3" } } as const;
    const routed = {
      ...vpc,
      endpoints: [gateway],
      routeTables: vpc.routeTables.map((each) =>
        each.id === "rtb-isolated" ? { ...each, routes: [...each.routes, route] } : each,
      ),
    };
    const s3 = { service: "s3", region: "us-east-1" };
    expect(wayToService(routed, inIsolated, s3)).toMatchObject({ kind: "endpoint", endpoint: { id: "vpce-s3" } });
    expect(wayToService({ ...vpc, endpoints: [gateway] }, inIsolated, s3).kind).toBe("refused");
    expect(wayToService(routed, inIsolated, { service: "dynamodb", region: "us-east-1" }).kind).toBe("refused");
    const shut = { ...routed, securityGroups: [group("sg-task", { egress: [] })] };
    expect(wayToService(shut, inIsolated, s3).kind).toBe("refused");
  });
});

describe("the way to an address", () => {
  it("is what routes and rules say of it, in the VPC too", () => {
    const there = { address: "10.0.1.9", port: 5000, name: "registry.internal:5000" };
    expect(wayToAddress(vpc, inIsolated, there)).toMatchObject({ kind: "routed", source: "10.0.2.5" });
    expect(because(wayToAddress(vpc, inIsolated, { ...there, address: "203.0.113.9" }))).toBe(
      "subnet-isolated has no route to registry.internal:5000 in rtb-isolated",
    );
  });
});

describe("the way of an interface of IPv6 alone", () => {
  const everyone = { protocol: "-1", peer: { kind: "cidr", cidr: "::/0" } } as const;
  const six = group("sg-six", { egress: [everyone] });
  const toTheWorld = (id: string, kind: "internet-gateway" | "egress-only-internet-gateway" | "nat-gateway") =>
    ({ destination: "::/0", target: { kind, id } }) as const;
  const openToIpv6 = { ruleNumber: 101, action: "allow", protocol: "-1", cidr: "::/0" } as const;
  const inSix = {
    id: networkInterfaceId("eni-six"),
    ipv6Address: "fd00:1::5",
    macAddress: "02:00:00:00:00:06",
    subnetId: subnetId("subnet-six"),
    securityGroupIds: [six.id],
  };
  const sixVpc = (rest: Partial<VpcSpec> = {}, route?: ReturnType<typeof toTheWorld>): VpcSpec => ({
    ...vpc,
    ipv6Cidrs: ["fd00:1::/56"],
    subnets: [
      ...subnets,
      {
        id: inSix.subnetId,
        ipv6Cidr: "fd00:1::/64",
        availabilityZone: "us-east-1a",
        routeTableId: "rtb-six",
        networkAclId: "acl-six",
      },
    ],
    networkAcls: [...vpc.networkAcls, { id: "acl-six", ingress: [openToIpv6], egress: [openToIpv6] }],
    routeTables: [...vpc.routeTables, { id: "rtb-six", routes: route === undefined ? [] : [route] }],
    securityGroups: [...vpc.securityGroups, six],
    ...rest,
  });

  it.each(["internet-gateway", "egress-only-internet-gateway"] as const)("leads out by its %s as it is", (kind) => {
    const way = wayToService(sixVpc({}, toTheWorld("gw-1", kind)), inSix, logs);
    expect(way).toMatchObject({ kind: "routed", source: "fd00:1::5" });
    const there = { address: "2001:db8::9", port: 5000, name: "registry.test:5000" };
    expect(wayToAddress(sixVpc({}, toTheWorld("gw-1", kind)), inSix, there).kind).toBe("routed");
  });

  it("goes round endpoints, which have IPv4 addresses, and names them where nothing else leads out", () => {
    const endpoints = [interfaceEndpoint("logs")];
    const open = toTheWorld("igw-1", "internet-gateway");
    expect(wayToService(sixVpc({ endpoints }, open), inSix, logs).kind).toBe("routed");
    expect(because(wayToService(sixVpc({ endpoints }), inSix, logs))).toBe(
      "subnet-six has no route to com.amazonaws.us-east-1.logs by IPv6 in rtb-six, and vpce-logs has no IPv6 address",
    );
  });

  it("is refused with the hop that is missing", () => {
    const nat = sixVpc({}, toTheWorld("nat-1", "nat-gateway"));
    expect(because(wayToService(sixVpc(), inSix, logs))).toBe(
      "subnet-six has no route to com.amazonaws.us-east-1.logs by IPv6 in rtb-six, and vpc-1 has no endpoint for it",
    );
    expect(because(wayToService(nat, inSix, logs))).toContain(
      "rtb-six of subnet-six sends ::/0 to nat-gateway nat-1, which leads nowhere",
    );
    const shut = sixVpc({ securityGroups: [group("sg-six")] }, toTheWorld("igw-1", "internet-gateway"));
    expect(because(wayToService(shut, inSix, logs))).toBe(
      "no rule of the security groups of eni-six lets it out on its way to com.amazonaws.us-east-1.logs by IPv6",
    );
    const networkAcls = [{ id: "acl-six", ingress: [], egress: [openToIpv6] }];
    const mute = sixVpc({ networkAcls }, toTheWorld("igw-1", "internet-gateway"));
    expect(because(wayToService(mute, inSix, logs))).toContain("acl-six of subnet-six, rule *, does not let answers");
    const there = { address: "2001:db8::9", port: 443, name: "registry.test:443" };
    expect(because(wayToAddress(sixVpc(), inSix, there))).toBe(
      "subnet-six has no route to registry.test:443 by IPv6 in rtb-six",
    );
    expect(because(wayToAddress(sixVpc(), inSix, { ...there, address: "203.0.113.9" }))).toBe(
      "eni-six has no IPv4 address on its way to registry.test:443",
    );
  });

  it("is by IPv4 where the interface has both, as on Fargate", () => {
    const dual = { ...inPrivate, ipv6Address: "fd00:1::6" };
    const routeTables = [{ id: "rtb-private", routes: [toTheWorld("igw-1", "internet-gateway")] }];
    expect(because(wayToService(sixVpc({ routeTables }), dual, logs))).toContain("has no route to");
    expect(wayToService(sixVpc(), dual, logs)).toMatchObject({ kind: "routed", source: "100.64.0.250" });
  });
});
