import type {
  EC2Client,
  Filter,
  InternetGateway,
  NatGateway,
  NetworkAcl,
  NetworkInterface,
  RouteTable,
  SecurityGroup,
  Subnet,
  Vpc,
} from "@aws-sdk/client-ec2";
import { CommandFailure } from "../failure.ts";

/** A VPC with all that is in it, as EC2 describes it. */
export interface VpcContents {
  readonly vpc: Vpc;
  readonly subnets: readonly Subnet[];
  readonly routeTables: readonly RouteTable[];
  readonly networkAcls: readonly NetworkAcl[];
  readonly internetGateways: readonly InternetGateway[];
  readonly natGateways: readonly NatGateway[];
  readonly securityGroups: readonly SecurityGroup[];
  readonly networkInterfaces: readonly NetworkInterface[];
}

interface Page<Item> {
  readonly items: readonly Item[] | undefined;
  readonly nextToken: string | undefined;
}

const allPages = async <Item>(read: (nextToken: string | undefined) => Promise<Page<Item>>): Promise<Item[]> => {
  const items: Item[] = [];
  for (let token: string | undefined; ; ) {
    const page = await read(token);
    items.push(...(page.items ?? []));
    token = page.nextToken;
    if (token === undefined) return items;
  }
};

/** The VPC named by its id or its `Name` tag, else the default one. Throws CommandFailure where there is none such. */
export const findVpc = async (ec2: EC2Client, named: string | undefined): Promise<Vpc> => {
  const { DescribeVpcsCommand } = await import("@aws-sdk/client-ec2");
  const filter: Filter =
    named === undefined
      ? { Name: "is-default", Values: ["true"] }
      : { Name: named.startsWith("vpc-") ? "vpc-id" : "tag:Name", Values: [named] };
  const { Vpcs = [] } = await ec2.send(new DescribeVpcsCommand({ Filters: [filter] }));
  const [vpc, another] = Vpcs;
  if (vpc === undefined) {
    throw new CommandFailure(named === undefined ? "There is no default VPC: name one" : `There is no VPC ${named}`);
  }
  if (another !== undefined) throw new CommandFailure(`Several VPCs are called ${named}: name one by its id`);
  return vpc;
};

export const readVpc = async (ec2: EC2Client, vpc: Vpc): Promise<VpcContents> => {
  const {
    DescribeInternetGatewaysCommand,
    DescribeNatGatewaysCommand,
    DescribeNetworkAclsCommand,
    DescribeNetworkInterfacesCommand,
    DescribeRouteTablesCommand,
    DescribeSecurityGroupsCommand,
    DescribeSubnetsCommand,
  } = await import("@aws-sdk/client-ec2");
  const id = vpc.VpcId ?? "";
  const inside = [{ Name: "vpc-id", Values: [id] }];
  const [subnets, routeTables, networkAcls, internetGateways, natGateways, securityGroups, networkInterfaces] =
    await Promise.all([
      allPages(async (NextToken) => {
        const answer = await ec2.send(new DescribeSubnetsCommand({ Filters: inside, NextToken }));
        return { items: answer.Subnets, nextToken: answer.NextToken };
      }),
      allPages(async (NextToken) => {
        const answer = await ec2.send(new DescribeRouteTablesCommand({ Filters: inside, NextToken }));
        return { items: answer.RouteTables, nextToken: answer.NextToken };
      }),
      allPages(async (NextToken) => {
        const answer = await ec2.send(new DescribeNetworkAclsCommand({ Filters: inside, NextToken }));
        return { items: answer.NetworkAcls, nextToken: answer.NextToken };
      }),
      allPages(async (NextToken) => {
        const attached = [{ Name: "attachment.vpc-id", Values: [id] }];
        const answer = await ec2.send(new DescribeInternetGatewaysCommand({ Filters: attached, NextToken }));
        return { items: answer.InternetGateways, nextToken: answer.NextToken };
      }),
      allPages(async (NextToken) => {
        const answer = await ec2.send(new DescribeNatGatewaysCommand({ Filter: inside, NextToken }));
        return { items: answer.NatGateways, nextToken: answer.NextToken };
      }),
      allPages(async (NextToken) => {
        const answer = await ec2.send(new DescribeSecurityGroupsCommand({ Filters: inside, NextToken }));
        return { items: answer.SecurityGroups, nextToken: answer.NextToken };
      }),
      allPages(async (NextToken) => {
        const answer = await ec2.send(new DescribeNetworkInterfacesCommand({ Filters: inside, NextToken }));
        return { items: answer.NetworkInterfaces, nextToken: answer.NextToken };
      }),
    ]);
  return {
    vpc,
    subnets,
    routeTables,
    networkAcls,
    internetGateways,
    natGateways: natGateways.filter(({ State }) => State !== "deleted"),
    securityGroups,
    networkInterfaces,
  };
};
