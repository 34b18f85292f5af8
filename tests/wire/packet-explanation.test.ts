import {
  AcceptVpcPeeringConnectionCommand,
  AllocateAddressCommand,
  AssociateAddressCommand,
  AttachInternetGatewayCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateEgressOnlyInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateNetworkAclEntryCommand,
  CreateNetworkInterfaceCommand,
  CreateRouteCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  CreateVpcPeeringConnectionCommand,
  DescribeNetworkAclsCommand,
  DescribeRouteTablesCommand,
  DescribeVpcsCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type ServedControlPlane,
  serveControlPlane,
} from "../../packages/control-plane/src/testing/served-control-plane.ts";

let plane: ServedControlPlane;
let ec2: EC2Client;

beforeAll(async () => {
  plane = await serveControlPlane();
  ec2 = new EC2Client(plane.clientSettings);
});

afterAll(async () => {
  ec2.destroy();
  await plane.close();
});

interface Interface {
  readonly id: string;
  readonly groupId: string;
  readonly vpcId: string;
}

const vpcWithInterface = async (block: string, subnet: string): Promise<Interface> => {
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: block }));
  const { Subnet } = await ec2.send(new CreateSubnetCommand({ VpcId: Vpc?.VpcId, CidrBlock: subnet }));
  const made = await ec2.send(new CreateNetworkInterfaceCommand({ SubnetId: Subnet?.SubnetId }));
  const { NetworkInterfaceId: id = "", Groups: [group] = [], VpcId: vpcId = "" } = made.NetworkInterface ?? {};
  return { id, groupId: group?.GroupId ?? "", vpcId };
};

const openToTheInternet = async ({ id, vpcId }: Interface): Promise<string> => {
  const { InternetGateway } = await ec2.send(new CreateInternetGatewayCommand({}));
  const InternetGatewayId = InternetGateway?.InternetGatewayId ?? "";
  await ec2.send(new AttachInternetGatewayCommand({ InternetGatewayId, VpcId: vpcId }));
  const { RouteTables: [table] = [] } = await ec2.send(
    new DescribeRouteTablesCommand({ Filters: [{ Name: "vpc-id", Values: [vpcId] }] }),
  );
  const RouteTableId = table?.RouteTableId;
  await ec2.send(
    new CreateRouteCommand({ RouteTableId, DestinationCidrBlock: "0.0.0.0/0", GatewayId: InternetGatewayId }),
  );
  const { AllocationId, PublicIp = "" } = await ec2.send(new AllocateAddressCommand({ Domain: "vpc" }));
  await ec2.send(new AssociateAddressCommand({ AllocationId, NetworkInterfaceId: id }));
  return PublicIp;
};

const why = (from: Parameters<typeof plane.controlPlane.explainPacket>[0]["from"], to: typeof from, port = 80) =>
  plane.controlPlane.explainPacket({ from, to, protocol: "tcp", port });

/** A VPC of both families whose one interface lets in what the world sends to port 80 by IPv6. */
const dualStackInterface = async () => {
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: "10.1.0.0/16", AmazonProvidedIpv6CidrBlock: true }));
  const VpcId = Vpc?.VpcId ?? "";
  const { Vpcs } = await ec2.send(new DescribeVpcsCommand({ VpcIds: [VpcId] }));
  const block = Vpcs?.[0]?.Ipv6CidrBlockAssociationSet?.[0]?.Ipv6CidrBlock ?? "";
  const Ipv6CidrBlock = block.replace("/56", "/64");
  const { Subnet } = await ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock: "10.1.1.0/24", Ipv6CidrBlock }));
  const made = await ec2.send(new CreateNetworkInterfaceCommand({ SubnetId: Subnet?.SubnetId, Ipv6AddressCount: 1 }));
  const {
    NetworkInterfaceId: id = "",
    Groups: [group] = [],
    Ipv6Addresses: [address] = [],
  } = made.NetworkInterface ?? {};
  const IpPermissions = [{ IpProtocol: "tcp", FromPort: 80, ToPort: 80, Ipv6Ranges: [{ CidrIpv6: "::/0" }] }];
  await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: group?.GroupId, IpPermissions }));
  const { RouteTables: [table] = [] } = await ec2.send(
    new DescribeRouteTablesCommand({ Filters: [{ Name: "vpc-id", Values: [VpcId] }] }),
  );
  const route = { RouteTableId: table?.RouteTableId, DestinationIpv6CidrBlock: "::/0" };
  return { id, VpcId, address: address?.Ipv6Address ?? "", route };
};

test("a packet of IPv6 is followed through the world, and comes in by no egress-only gateway", async () => {
  const [one, other] = [await dualStackInterface(), await dualStackInterface()];
  const { InternetGateway } = await ec2.send(new CreateInternetGatewayCommand({}));
  const InternetGatewayId = InternetGateway?.InternetGatewayId ?? "";
  await ec2.send(new AttachInternetGatewayCommand({ InternetGatewayId, VpcId: one.VpcId }));
  await ec2.send(new CreateRouteCommand({ ...one.route, GatewayId: InternetGatewayId }));
  const { EgressOnlyInternetGateway } = await ec2.send(
    new CreateEgressOnlyInternetGatewayCommand({ VpcId: other.VpcId }),
  );
  const EgressOnlyInternetGatewayId = EgressOnlyInternetGateway?.EgressOnlyInternetGatewayId ?? "";
  await ec2.send(new CreateRouteCommand({ ...other.route, EgressOnlyInternetGatewayId }));

  const outward = await why({ interface: other.id }, { address: one.address });
  expect(outward.allowed).toBe(true);
  const texts = outward.hops.map(({ text }) => text);
  expect(texts).toContain(`${EgressOnlyInternetGatewayId} lets it out`);
  expect(texts).toContain(`${InternetGatewayId} lets it in as it is`);
  expect(outward.hops.at(-1)?.text).toBe(`${one.id} has ${one.address}`);
  expect(await why({ address: other.address.toUpperCase() }, { interface: one.id })).toEqual(outward);

  const inward = await why({ interface: one.id }, { address: other.address });
  expect(inward.allowed).toBe(false);
  expect(inward.hops.at(-1)?.text).toBe(`${EgressOnlyInternetGatewayId} lets nothing but answers in`);
  await expect(why({ address: "203.0.113.1" }, { address: one.address })).rejects.toThrow("IPv4");
});

test("a packet is followed from hop to hop, through the world into another VPC too", async () => {
  const one = await vpcWithInterface("10.1.0.0/16", "10.1.1.0/24");
  const other = await vpcWithInterface("10.1.0.0/16", "10.1.1.0/24");
  const nowhere = await why({ interface: one.id }, { address: "203.0.113.1" });
  expect(nowhere.allowed).toBe(false);
  expect(nowhere.hops.at(-1)?.text).toMatch(/^subnet-\w+ has no route to the address in rtb-/);

  const shown = await openToTheInternet(one);
  const outward = await why({ interface: one.id }, { address: "203.0.113.1" });
  expect(outward.allowed).toBe(true);
  expect(outward.hops.at(-1)?.text).toContain(`translates to ${shown}`);

  const address = await openToTheInternet(other);
  const refused = await why({ interface: one.id }, { address });
  expect(refused.allowed).toBe(false);
  expect(refused.hops.map(({ vpcId }) => vpcId)).toEqual(expect.arrayContaining([one.vpcId, other.vpcId]));
  expect(refused.hops.at(-1)).toMatchObject({ vpcId: other.vpcId, text: expect.stringContaining("no rule of the") });

  const permission = { IpProtocol: "tcp", FromPort: 80, ToPort: 80, IpRanges: [{ CidrIp: `${shown}/32` }] };
  await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: other.groupId, IpPermissions: [permission] }));
  expect((await why({ interface: one.id }, { address })).allowed).toBe(true);
  expect((await why({ interface: one.id }, { address }, 81)).allowed).toBe(false);
  expect((await why({ address: shown }, { interface: other.id })).allowed).toBe(true);
  expect((await why({ address: "203.0.113.1" }, { interface: other.id })).allowed).toBe(false);
});

test("the answers' way back is followed too", async () => {
  const [one, other] = [
    await vpcWithInterface("10.2.0.0/16", "10.2.1.0/24"),
    await vpcWithInterface("10.3.0.0/16", "10.3.1.0/24"),
  ];
  const { VpcPeeringConnection } = await ec2.send(
    new CreateVpcPeeringConnectionCommand({ VpcId: one.vpcId, PeerVpcId: other.vpcId }),
  );
  const VpcPeeringConnectionId = VpcPeeringConnection?.VpcPeeringConnectionId ?? "";
  await ec2.send(new AcceptVpcPeeringConnectionCommand({ VpcPeeringConnectionId }));
  const route = async (vpcId: string, DestinationCidrBlock: string): Promise<void> => {
    const { RouteTables: [table] = [] } = await ec2.send(
      new DescribeRouteTablesCommand({ Filters: [{ Name: "vpc-id", Values: [vpcId] }] }),
    );
    const RouteTableId = table?.RouteTableId;
    await ec2.send(new CreateRouteCommand({ RouteTableId, DestinationCidrBlock, VpcPeeringConnectionId }));
  };
  await route(one.vpcId, "10.3.0.0/16");
  const IpPermissions = [{ IpProtocol: "tcp", FromPort: 80, ToPort: 80, IpRanges: [{ CidrIp: "10.2.0.0/16" }] }];
  await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: other.groupId, IpPermissions }));
  const ends = [{ interface: one.id }, { interface: other.id }] as const;
  const astray = await why(...ends);
  expect(astray).toMatchObject({ allowed: false, arrives: true });
  expect(astray.hopsBack.at(-1)).toMatchObject({
    vpcId: other.vpcId,
    text: expect.stringContaining("has no route to"),
  });
  await route(other.vpcId, "10.2.0.0/16");
  const there = await why(...ends);
  expect(there.allowed).toBe(true);
  expect(there.hopsBack.map(({ vpcId }) => vpcId)).toEqual([
    other.vpcId,
    other.vpcId,
    other.vpcId,
    one.vpcId,
    one.vpcId,
  ]);

  const { NetworkAcls: [acl] = [] } = await ec2.send(
    new DescribeNetworkAclsCommand({ Filters: [{ Name: "vpc-id", Values: [one.vpcId] }] }),
  );
  const entry = { NetworkAclId: acl?.NetworkAclId, Egress: false, CidrBlock: "10.3.0.0/16", Protocol: "6" };
  const PortRange = { From: 32_768, To: 60_999 };
  await ec2.send(new CreateNetworkAclEntryCommand({ ...entry, RuleNumber: 10, RuleAction: "allow", PortRange }));
  await ec2.send(
    new CreateNetworkAclEntryCommand({
      ...entry,
      RuleNumber: 20,
      RuleAction: "deny",
      PortRange: { From: 0, To: 65_535 },
    }),
  );
  const anyPort = await why(...ends);
  expect(anyPort).toMatchObject({ allowed: false, arrives: true });
  expect(anyPort.hopsBack.at(-1)?.text).toMatch(/rule 20, does not let answers to ports 1024-32767 in$/);
  const asked = { from: ends[0], to: ends[1], protocol: "tcp", port: 80 } as const;
  expect((await plane.controlPlane.explainPacket({ ...asked, sourcePort: 40_000 })).allowed).toBe(true);
  const low = await plane.controlPlane.explainPacket({ ...asked, sourcePort: 1024 });
  expect(low.hopsBack.at(-1)?.text).toMatch(/rule 20, does not let answers to port 1024 in$/);
});

test("what is not there is told", async () => {
  await expect(why({ interface: "eni-0" }, { address: "203.0.113.1" })).rejects.toThrow("no network interface eni-0");
  await expect(why({ address: "203.0.113.2" }, { address: "203.0.113.1" })).rejects.toThrow("Neither end");
});
