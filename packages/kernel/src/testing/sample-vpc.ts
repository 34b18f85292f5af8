import { subnetId, vpcId } from "../ids.ts";
import type { RouteTableSpec, SubnetSpec, VpcSpec } from "../node-protocol/network.ts";

/** A VPC 10.0.0.0/16 with nothing in it. */
export const emptyVpc: VpcSpec = {
  id: vpcId("vpc-1"),
  cidr: "10.0.0.0/16",
  secondaryCidrs: [],
  ipv6Cidrs: [],
  region: "us-east-1",
  dnsSupport: true,
  dnsHostnames: true,
  subnets: [],
  routeTables: [],
  networkAcls: [],
  securityGroups: [],
  prefixLists: [],
  interfaces: [],
  natGateways: [],
  peerings: [],
  endpoints: [],
  flowLogs: [],
};

const local = { destination: "10.0.0.0/16", target: { kind: "local" } } as const;

/** One leads to an internet gateway, the other nowhere outside. */
export const openAndClosedRoutes: readonly RouteTableSpec[] = [
  {
    id: "rtb-open",
    routes: [local, { destination: "0.0.0.0/0", target: { kind: "internet-gateway", id: "igw-1" } }],
  },
  { id: "rtb-closed", routes: [local] },
];

/** 10.0.1.0/24, which `openAndClosedRoutes` lead to the internet, and 10.0.2.0/24, which they do not. */
export const openAndClosedSubnets: readonly SubnetSpec[] = [
  {
    id: subnetId("subnet-open"),
    cidr: "10.0.1.0/24",
    availabilityZone: "us-east-1a",
    routeTableId: "rtb-open",
    networkAclId: "acl-1",
  },
  {
    id: subnetId("subnet-closed"),
    cidr: "10.0.2.0/24",
    availabilityZone: "us-east-1b",
    routeTableId: "rtb-closed",
    networkAclId: "acl-1",
  },
];

/** Lets everything through, as the network ACL that a VPC is made with. */
export const openNetworkAcl = {
  id: "acl-1",
  ingress: [{ ruleNumber: 100, action: "allow", protocol: "-1", cidr: "0.0.0.0/0" }],
  egress: [{ ruleNumber: 100, action: "allow", protocol: "-1", cidr: "0.0.0.0/0" }],
} as const;
