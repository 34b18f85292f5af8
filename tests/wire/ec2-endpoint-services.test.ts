import {
  CreateVpcEndpointCommand,
  DescribeNetworkInterfacesCommand,
  DescribeVpcEndpointServicesCommand,
  DescribeVpcEndpointsCommand,
  ModifyVpcAttributeCommand,
  ModifyVpcEndpointCommand,
  type ModifyVpcEndpointCommandInput,
} from "@aws-sdk/client-ec2";
import { expect, test } from "vitest";
import { ec2, newSubnet, newVpc } from "./support/served-ec2.ts";

const nameOf = (service: string): string => `com.amazonaws.us-east-1.${service}`;

/** Whose names are answered. */
const namedVpc = async (cidr: string): Promise<string> => {
  const VpcId = await newVpc(cidr);
  await ec2.send(new ModifyVpcAttributeCommand({ VpcId, EnableDnsHostnames: { Value: true } }));
  return VpcId;
};

const endpointOf = async (id: string | undefined) =>
  (await ec2.send(new DescribeVpcEndpointsCommand({ VpcEndpointIds: [id ?? ""] }))).VpcEndpoints?.[0];

const addressesOf = async (ids: readonly string[] | undefined) =>
  (
    await ec2.send(new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [...(ids ?? [])] }))
  ).NetworkInterfaces?.map(({ PrivateIpAddress }) => PrivateIpAddress);

test("services that have both kinds of endpoints are told of once for each kind, on any page", async () => {
  const kindsOf = async (type?: string) => {
    const Filters = type === undefined ? [] : [{ Name: "service-type", Values: [type] }];
    const asked = { ServiceNames: [nameOf("s3")], Filters };
    const { ServiceDetails } = await ec2.send(new DescribeVpcEndpointServicesCommand(asked));
    return ServiceDetails?.flatMap(({ ServiceType }) => ServiceType?.map((one) => one.ServiceType));
  };
  expect(await kindsOf()).toEqual(["Gateway", "Interface"]);
  expect([await kindsOf("Gateway"), await kindsOf("Interface")]).toEqual([["Gateway"], ["Interface"]]);
  const names: string[] = [];
  for (let NextToken: string | undefined, first = true; first || NextToken !== undefined; first = false) {
    const page = await ec2.send(
      new DescribeVpcEndpointServicesCommand({ MaxResults: 7, ...(NextToken && { NextToken }) }),
    );
    names.push(...(page.ServiceNames ?? []));
    NextToken = page.NextToken;
  }
  const all = (await ec2.send(new DescribeVpcEndpointServicesCommand({}))).ServiceNames;
  expect(names).toEqual(all);
  expect(names.filter((name) => name === nameOf("s3"))).toHaveLength(2);
  expect(names).toContain(nameOf("rds"));
});

test("a service that Fleetless does not offer has endpoints with addresses of the caller's choice", async () => {
  const VpcId = await namedVpc("10.50.0.0/16");
  const [one, two] = [await newSubnet(VpcId, "10.50.1.0/24"), await newSubnet(VpcId, "10.50.2.0/24", "us-east-1b")];
  const { VpcEndpoint } = await ec2.send(
    new CreateVpcEndpointCommand({
      VpcId,
      ServiceName: nameOf("rds"),
      VpcEndpointType: "Interface",
      SubnetIds: [one],
      SubnetConfigurations: [{ SubnetId: one, Ipv4: "10.50.1.10" }],
    }),
  );
  const VpcEndpointId = VpcEndpoint?.VpcEndpointId;
  expect(VpcEndpoint?.DnsEntries?.at(-1)?.DnsName).toBe("rds.us-east-1.amazonaws.com");
  expect(await addressesOf(VpcEndpoint?.NetworkInterfaceIds)).toEqual(["10.50.1.10"]);
  const configurations = [
    { SubnetId: one, Ipv4: "10.50.1.11" },
    { SubnetId: two, Ipv4: "10.50.2.11" },
  ];
  await ec2.send(
    new ModifyVpcEndpointCommand({ VpcEndpointId, AddSubnetIds: [two], SubnetConfigurations: configurations }),
  );
  const after = await endpointOf(VpcEndpointId);
  expect(after?.SubnetIds?.toSorted()).toEqual([one, two].toSorted());
  expect((await addressesOf(after?.NetworkInterfaceIds))?.toSorted()).toEqual(["10.50.1.11", "10.50.2.11"]);
  const taken = { SubnetId: one, Ipv4: "10.50.1.11" };
  await expect(
    ec2.send(
      new CreateVpcEndpointCommand({
        VpcId,
        ServiceName: nameOf("sqs"),
        VpcEndpointType: "Interface",
        SubnetConfigurations: [taken],
      }),
    ),
  ).rejects.toMatchObject({ name: "InvalidIPAddress.InUse" });
});

test("names of S3 lead to an interface endpoint inside of the VPC only where its caller says so", async () => {
  const VpcId = await namedVpc("10.51.0.0/16");
  const subnet = await newSubnet(VpcId, "10.51.1.0/24");
  const make = (more: object) =>
    ec2.send(
      new CreateVpcEndpointCommand({
        VpcId,
        ServiceName: nameOf("s3"),
        VpcEndpointType: "Interface",
        SubnetIds: [subnet],
        ...more,
      }),
    );
  const needsGateway = {
    name: "InvalidParameter",
    message: `To set PrivateDnsOnlyForInboundResolverEndpoint to true, the VPC ${VpcId} must have a Gateway endpoint for the service.`,
  };
  // AWS's own choice.
  await expect(make({ PrivateDnsEnabled: true })).rejects.toMatchObject(needsGateway);
  const open = await make({ DnsOptions: { PrivateDnsOnlyForInboundResolverEndpoint: false } });
  const VpcEndpointId = open.VpcEndpoint?.VpcEndpointId;
  expect(open.VpcEndpoint?.DnsOptions).toEqual({
    DnsRecordIpType: "ipv4",
    PrivateDnsOnlyForInboundResolverEndpoint: false,
  });
  const inbound = { VpcEndpointId, DnsOptions: { PrivateDnsOnlyForInboundResolverEndpoint: true } };
  await expect(ec2.send(new ModifyVpcEndpointCommand(inbound))).rejects.toMatchObject(needsGateway);
  await ec2.send(new CreateVpcEndpointCommand({ VpcId, ServiceName: nameOf("s3") }));
  await ec2.send(new ModifyVpcEndpointCommand(inbound));
  expect((await endpointOf(VpcEndpointId))?.DnsOptions?.PrivateDnsOnlyForInboundResolverEndpoint).toBe(true);
  await expect(
    ec2.send(
      new CreateVpcEndpointCommand({
        VpcId,
        ServiceName: nameOf("dynamodb"),
        VpcEndpointType: "Interface",
        PrivateDnsEnabled: true,
      }),
    ),
  ).rejects.toMatchObject({
    name: "InvalidParameter",
    message: `private-dns-enabled cannot be set because the service ${nameOf("dynamodb")} does not provide a private DNS name.`,
  });
  await expect(
    ec2.send(
      new CreateVpcEndpointCommand({
        VpcId,
        ServiceName: nameOf("logs"),
        VpcEndpointType: "Interface",
        DnsOptions: { PrivateDnsOnlyForInboundResolverEndpoint: true },
      }),
    ),
  ).rejects.toMatchObject({ name: "InvalidParameter" });
});

test("an endpoint is given no parts of the other kind, and services of another region are not passed off as its own", async () => {
  const VpcId = await newVpc("10.52.0.0/16");
  const subnet = await newSubnet(VpcId, "10.52.1.0/24");
  const make = async (more: { ServiceName: string; VpcEndpointType: "Gateway" | "Interface" }) =>
    (await ec2.send(new CreateVpcEndpointCommand({ VpcId, ...more }))).VpcEndpoint?.VpcEndpointId;
  const gateway = await make({ ServiceName: nameOf("s3"), VpcEndpointType: "Gateway" });
  const queues = { ServiceName: nameOf("sqs"), VpcEndpointType: "Interface" as const, PrivateDnsEnabled: false };
  const interfaces = await make(queues);
  const changes: ModifyVpcEndpointCommandInput[] = [
    { VpcEndpointId: interfaces, AddRouteTableIds: ["rtb-00000000000000000"] },
    { VpcEndpointId: gateway, AddSubnetIds: [subnet] },
    { VpcEndpointId: gateway, SubnetConfigurations: [{ SubnetId: subnet, Ipv4: "10.52.1.9" }] },
  ];
  for (const change of changes) {
    await expect(ec2.send(new ModifyVpcEndpointCommand(change))).rejects.toMatchObject({ name: "InvalidParameter" });
  }
  expect([(await endpointOf(interfaces))?.RouteTableIds, (await endpointOf(gateway))?.NetworkInterfaceIds]).toEqual([
    [],
    [],
  ]);
  const elsewhere = new DescribeVpcEndpointServicesCommand({ ServiceRegions: ["eu-west-1"] });
  await expect(ec2.send(elsewhere)).rejects.toMatchObject({ name: "UnsupportedOperation" });
  const { ServiceNames } = await ec2.send(new DescribeVpcEndpointServicesCommand({ ServiceRegions: ["us-east-1"] }));
  expect(ServiceNames).toContain(nameOf("sqs"));
});
