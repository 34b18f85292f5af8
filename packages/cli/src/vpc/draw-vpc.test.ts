import { expect, test } from "vitest";
import { drawVpc } from "./draw-vpc.ts";
import type { VpcContents } from "./read-vpc.ts";

const contents: VpcContents = {
  vpc: { VpcId: "vpc-1", CidrBlock: "10.0.0.0/16", Tags: [{ Key: "Name", Value: "shop" }] },
  internetGateways: [{ InternetGatewayId: "igw-1" }],
  subnets: [
    {
      SubnetId: "subnet-b",
      CidrBlock: "10.0.2.0/24",
      AvailabilityZone: "us-east-1b",
      AvailableIpAddressCount: 250,
    },
    {
      SubnetId: "subnet-a",
      CidrBlock: "10.0.1.0/24",
      AvailabilityZone: "us-east-1a",
      AvailableIpAddressCount: 249,
    },
  ],
  routeTables: [
    {
      RouteTableId: "rtb-main",
      Associations: [{ Main: true }],
      Routes: [
        { DestinationCidrBlock: "10.0.0.0/16", GatewayId: "local", State: "active" },
        { DestinationCidrBlock: "0.0.0.0/0", NatGatewayId: "nat-1", State: "active" },
      ],
    },
    {
      RouteTableId: "rtb-public",
      Associations: [{ SubnetId: "subnet-a" }],
      Routes: [{ DestinationCidrBlock: "0.0.0.0/0", GatewayId: "igw-1", State: "active" }],
    },
  ],
  networkAcls: [
    {
      NetworkAclId: "acl-1",
      IsDefault: true,
      Associations: [{ SubnetId: "subnet-a" }],
      Entries: [
        { RuleNumber: 32_767, Egress: false, RuleAction: "deny", Protocol: "-1", CidrBlock: "0.0.0.0/0" },
        {
          RuleNumber: 100,
          Egress: false,
          RuleAction: "allow",
          Protocol: "6",
          CidrBlock: "0.0.0.0/0",
          PortRange: { From: 80, To: 80 },
        },
      ],
    },
  ],
  natGateways: [
    {
      NatGatewayId: "nat-1",
      SubnetId: "subnet-a",
      State: "available",
      NatGatewayAddresses: [{ PrivateIp: "10.0.1.9", PublicIp: "198.18.0.9", NetworkInterfaceId: "eni-nat" }],
    },
  ],
  securityGroups: [
    {
      GroupId: "sg-1",
      GroupName: "web",
      IpPermissions: [
        { IpProtocol: "tcp", FromPort: 80, ToPort: 90, IpRanges: [{ CidrIp: "0.0.0.0/0" }] },
        { IpProtocol: "-1", UserIdGroupPairs: [{ GroupId: "sg-1" }] },
      ],
      IpPermissionsEgress: [{ IpProtocol: "icmp", FromPort: 8, ToPort: -1, PrefixListIds: [{ PrefixListId: "pl-1" }] }],
    },
  ],
  networkInterfaces: [
    { NetworkInterfaceId: "eni-nat", SubnetId: "subnet-a" },
    {
      NetworkInterfaceId: "eni-1",
      SubnetId: "subnet-a",
      PrivateIpAddress: "10.0.1.4",
      Ipv6Addresses: [{ Ipv6Address: "fd12:3456:789a::4" }],
      Association: { PublicIp: "198.18.0.4" },
      RequesterId: "arn:aws:ecs:us-east-1:123456789012:task/default/0123456789abcdef0123456789abcdef",
      Groups: [{ GroupId: "sg-1" }],
    },
  ],
};

test("a VPC is drawn with its subnets, routes, gateways, tasks and rules", () => {
  expect(drawVpc(contents)).toBe(`vpc-1 (shop)  10.0.0.0/16
├─ internet gateway igw-1
├─ subnet subnet-a  10.0.1.0/24  us-east-1a  public  249 addresses free
│  ├─ routes rtb-public  0.0.0.0/0 → igw-1
│  ├─ network ACL acl-1
│  ├─ NAT gateway nat-1  10.0.1.9  public 198.18.0.9
│  └─ task 0123456789abcdef0123456789abcdef  eni-1  10.0.1.4  fd12:3456:789a::4  public 198.18.0.4  groups sg-1
├─ subnet subnet-b  10.0.2.0/24  us-east-1b  private  250 addresses free
│  └─ routes rtb-main  10.0.0.0/16 → local, 0.0.0.0/0 → nat-1
├─ network ACL acl-1  default
│  ├─ in  100 allow tcp 80 0.0.0.0/0
│  └─ in  * deny all 0.0.0.0/0
└─ security group sg-1  web
   ├─ in   tcp 80-90 0.0.0.0/0
   ├─ in   all itself
   └─ out  icmp type 8 pl-1`);
});

test("a subnet whose default route leads nowhere is isolated", () => {
  const routeTables = [
    {
      Associations: [{ Main: true }],
      Routes: [{ DestinationCidrBlock: "0.0.0.0/0", NatGatewayId: "nat-2", State: "blackhole" as const }],
    },
  ];
  const drawn = drawVpc({ ...contents, routeTables });
  expect(drawn).toContain("us-east-1a  isolated");
  expect(drawn).toContain("0.0.0.0/0 → nat-2 (blackhole)");
});
