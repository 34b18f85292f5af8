import {
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateRouteTableCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";
import { afterAll, beforeAll } from "vitest";
import {
  type ServedControlPlane,
  serveControlPlane,
} from "../../../packages/control-plane/src/testing/served-control-plane.ts";

/** Of the test file that imports this, from before its first test to after its last. */
export let plane: ServedControlPlane;
export let ec2: EC2Client;

beforeAll(async () => {
  plane = await serveControlPlane();
  ec2 = new EC2Client(plane.clientSettings);
});

afterAll(async () => {
  ec2.destroy();
  await plane.close();
});

export const newVpc = async (CidrBlock = "10.0.0.0/16", ipv6 = false): Promise<string> =>
  (await ec2.send(new CreateVpcCommand({ CidrBlock, AmazonProvidedIpv6CidrBlock: ipv6 }))).Vpc?.VpcId ?? "";

export const newSubnet = async (
  VpcId: string,
  CidrBlock = "10.0.1.0/24",
  AvailabilityZone = "us-east-1a",
): Promise<string> =>
  (await ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock, AvailabilityZone }))).Subnet?.SubnetId ?? "";

let groups = 0;
export const newGroup = async (VpcId: string): Promise<string> => {
  groups += 1;
  const named = { GroupName: `g${groups}`, Description: "for a test" };
  return (await ec2.send(new CreateSecurityGroupCommand({ VpcId, ...named }))).GroupId ?? "";
};

export const newTable = async (VpcId: string): Promise<string> =>
  (await ec2.send(new CreateRouteTableCommand({ VpcId }))).RouteTable?.RouteTableId ?? "";

/** An internet gateway that is attached to the VPC. */
export const newGateway = async (VpcId: string): Promise<string> => {
  const { InternetGateway } = await ec2.send(new CreateInternetGatewayCommand({}));
  const InternetGatewayId = InternetGateway?.InternetGatewayId ?? "";
  await ec2.send(new AttachInternetGatewayCommand({ InternetGatewayId, VpcId }));
  return InternetGatewayId;
};

export const inVpc = (VpcId: string) => ({ Filters: [{ Name: "vpc-id", Values: [VpcId] }] });

export const tableOf = async (id: string) =>
  (await ec2.send(new DescribeRouteTablesCommand({ RouteTableIds: [id] }))).RouteTables?.[0];

/** Without the first, which is the VPC's own. */
export const routesOf = async (id: string) => (await tableOf(id))?.Routes?.slice(1);

/** How many addresses of a subnet are free. */
export const freeIn = async (id: string) =>
  (await ec2.send(new DescribeSubnetsCommand({ SubnetIds: [id] }))).Subnets?.[0]?.AvailableIpAddressCount;
