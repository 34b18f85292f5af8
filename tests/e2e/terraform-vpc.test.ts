import { fileURLToPath } from "node:url";
import {
  DescribeAddressesCommand,
  DescribeDhcpOptionsCommand,
  DescribeManagedPrefixListsCommand,
  DescribeNetworkAclsCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcsCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createInstance, type FleetlessInstance } from "./support/instance.ts";
import { Terraform } from "./support/terraform.ts";

const configuration = fileURLToPath(new URL("../../examples/terraform-vpc", import.meta.url));

let instance: FleetlessInstance;
let terraform: Terraform;
let ec2: EC2Client;

beforeAll(async () => {
  instance = await createInstance();
  await instance.up("--isolation", "runc");
  ec2 = new EC2Client(instance.clientSettings);
  terraform = new Terraform(instance, configuration);
  await terraform.init();
});

afterAll(async () => {
  ec2.destroy();
  await instance.purge();
});

/** How much there is of each kind, the AWS-managed prefix lists and the default network among it. */
const inventory = async (): Promise<Readonly<Record<string, number | undefined>>> => ({
  vpcs: (await ec2.send(new DescribeVpcsCommand({}))).Vpcs?.length,
  subnets: (await ec2.send(new DescribeSubnetsCommand({}))).Subnets?.length,
  routeTables: (await ec2.send(new DescribeRouteTablesCommand({}))).RouteTables?.length,
  networkAcls: (await ec2.send(new DescribeNetworkAclsCommand({}))).NetworkAcls?.length,
  securityGroups: (await ec2.send(new DescribeSecurityGroupsCommand({}))).SecurityGroups?.length,
  endpoints: (await ec2.send(new DescribeVpcEndpointsCommand({}))).VpcEndpoints?.length,
  interfaces: (await ec2.send(new DescribeNetworkInterfacesCommand({}))).NetworkInterfaces?.length,
  addresses: (await ec2.send(new DescribeAddressesCommand({}))).Addresses?.length,
  prefixLists: (await ec2.send(new DescribeManagedPrefixListsCommand({}))).PrefixLists?.length,
  dhcpOptions: (await ec2.send(new DescribeDhcpOptionsCommand({}))).DhcpOptions?.length,
});

const freeAddresses = async (SubnetIds: readonly string[]): Promise<readonly (number | undefined)[]> =>
  (await ec2.send(new DescribeSubnetsCommand({ SubnetIds: [...SubnetIds] }))).Subnets?.map(
    ({ AvailableIpAddressCount }) => AvailableIpAddressCount,
  ) ?? [];

/** Each step needs the one before it: a VPC is made, looked at, changed and taken away. */
test("Terraform makes a VPC over two zones, finds nothing to change, changes it in place and takes all away", async () => {
  const before = await inventory();

  await terraform.apply();
  const state = await terraform.state();
  expect(state).toHaveLength(38);
  const outputs = await terraform.outputs();
  const isolated = outputs["isolated_subnet_ids"];
  expect(await inventory()).toEqual({
    vpcs: 2,
    subnets: 3 + 6,
    routeTables: 1 + 4,
    networkAcls: 1 + 2,
    securityGroups: 1 + 4,
    endpoints: 5,
    interfaces: 1 + 4 * 2,
    addresses: 1,
    prefixLists: 2 + 1,
    dhcpOptions: 1 + 1,
  });
  // Each of the four interface endpoints has an interface in each isolated subnet.
  expect(await freeAddresses(Array.isArray(isolated) ? isolated : [])).toEqual([251 - 4, 251 - 4]);
  expect(await terraform.plan()).toBe("");

  await terraform.apply({ web_port: "9090" });
  const { SecurityGroupRules } = await ec2.send(
    new DescribeSecurityGroupRulesCommand({
      Filters: [{ Name: "group-id", Values: [String(outputs["web_security_group_id"])] }],
    }),
  );
  expect(new Set(SecurityGroupRules?.map(({ FromPort }) => FromPort))).toEqual(new Set([9090, 22, -1]));

  await terraform.destroy({ web_port: "9090" });
  expect(await terraform.state()).toEqual([]);
  expect(await inventory()).toEqual(before);
}, 300_000);
