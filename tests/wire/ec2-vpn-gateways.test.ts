import {
  AttachVpnGatewayCommand,
  CreateCustomerGatewayCommand,
  CreateRouteCommand,
  CreateTagsCommand,
  CreateVpnConnectionCommand,
  CreateVpnGatewayCommand,
  DeleteCustomerGatewayCommand,
  DeleteVpcCommand,
  DeleteVpnGatewayCommand,
  DescribeCustomerGatewaysCommand,
  DescribeVpnGatewaysCommand,
  DetachVpnGatewayCommand,
  DisableVgwRoutePropagationCommand,
  EnableVgwRoutePropagationCommand,
} from "@aws-sdk/client-ec2";
import { expect, test } from "vitest";
import { ec2, newTable, newVpc, routesOf, tableOf } from "./support/served-ec2.ts";

const newVpnGateway = async (AmazonSideAsn?: number): Promise<string> =>
  (await ec2.send(new CreateVpnGatewayCommand({ Type: "ipsec.1", ...(AmazonSideAsn && { AmazonSideAsn }) }))).VpnGateway
    ?.VpnGatewayId ?? "";

test("a customer gateway is made once for one device, found, tagged and deleted", async () => {
  const device = { Type: "ipsec.1" as const, BgpAsn: 65_112, IpAddress: "198.51.100.7", DeviceName: "office" };
  const make = async (more: object = {}) =>
    (await ec2.send(new CreateCustomerGatewayCommand({ ...device, ...more }))).CustomerGateway;
  const made = await make();
  expect(made).toMatchObject({ State: "available", Type: "ipsec.1", BgpAsn: "65112", IpAddress: "198.51.100.7" });
  expect(await make()).toEqual(made);
  const wide = await make({ BgpAsn: undefined, BgpAsnExtended: 4_200_000_001 });
  expect(wide).toMatchObject({ BgpAsnExtended: "4200000001" });
  await ec2.send(
    new CreateTagsCommand({ Resources: [made?.CustomerGatewayId ?? ""], Tags: [{ Key: "site", Value: "north" }] }),
  );
  const found = await ec2.send(
    new DescribeCustomerGatewaysCommand({ Filters: [{ Name: "tag:site", Values: ["north"] }] }),
  );
  expect(found.CustomerGateways).toEqual([{ ...made, Tags: [{ Key: "site", Value: "north" }] }]);
  for (const id of [made?.CustomerGatewayId, wide?.CustomerGatewayId]) {
    await ec2.send(new DeleteCustomerGatewayCommand({ CustomerGatewayId: id }));
  }
  await expect(
    ec2.send(new DescribeCustomerGatewaysCommand({ CustomerGatewayIds: [made?.CustomerGatewayId ?? ""] })),
  ).rejects.toMatchObject({ name: "InvalidCustomerGatewayID.NotFound" });
  for (const wrong of [{ IpAddress: "300.1.1.1" }, { BgpAsn: 0 }, { BgpAsnExtended: 70_000 }]) {
    await expect(make(wrong)).rejects.toMatchObject({ name: expect.stringMatching(/^InvalidParameter/) });
  }
  await expect(make({ IpAddress: undefined })).rejects.toMatchObject({ name: "MissingParameter" });
});

test("a virtual private gateway is attached to one VPC, is a route's target there, and keeps both from deletion", async () => {
  const [VpcId, other] = [await newVpc("10.30.0.0/16"), await newVpc("10.31.0.0/16")];
  const VpnGatewayId = await newVpnGateway(64_600);
  const RouteTableId = await newTable(VpcId);
  const route = { RouteTableId, DestinationCidrBlock: "192.168.0.0/16", GatewayId: VpnGatewayId };
  const propagation = { RouteTableId, GatewayId: VpnGatewayId };
  await expect(ec2.send(new CreateRouteCommand(route))).rejects.toMatchObject({ name: "InvalidParameterValue" });
  await expect(ec2.send(new EnableVgwRoutePropagationCommand(propagation))).rejects.toMatchObject({
    name: "Gateway.NotAttached",
  });
  const attached = await ec2.send(new AttachVpnGatewayCommand({ VpnGatewayId, VpcId }));
  expect(attached.VpcAttachment).toEqual({ State: "attached", VpcId });
  await expect(ec2.send(new AttachVpnGatewayCommand({ VpnGatewayId, VpcId: other }))).rejects.toMatchObject({
    name: "VpnGatewayAttachmentLimitExceeded",
  });
  await expect(
    ec2.send(new AttachVpnGatewayCommand({ VpnGatewayId: await newVpnGateway(), VpcId })),
  ).rejects.toMatchObject({ name: "InvalidParameterValue" });
  await ec2.send(new CreateRouteCommand(route));
  await ec2.send(new EnableVgwRoutePropagationCommand(propagation));
  expect(await routesOf(RouteTableId)).toMatchObject([{ GatewayId: VpnGatewayId, State: "active" }]);
  expect((await tableOf(RouteTableId))?.PropagatingVgws).toEqual([{ GatewayId: VpnGatewayId }]);
  const found = await ec2.send(
    new DescribeVpnGatewaysCommand({ Filters: [{ Name: "attachment.vpc-id", Values: [VpcId] }] }),
  );
  expect(found.VpnGateways).toMatchObject([
    { VpnGatewayId, AmazonSideAsn: 64_600, State: "available", VpcAttachments: [{ State: "attached", VpcId }] },
  ]);
  await expect(ec2.send(new DeleteVpnGatewayCommand({ VpnGatewayId }))).rejects.toMatchObject({
    name: "IncorrectState",
  });
  await expect(ec2.send(new DeleteVpcCommand({ VpcId }))).rejects.toMatchObject({ name: "DependencyViolation" });

  await ec2.send(new DisableVgwRoutePropagationCommand(propagation));
  expect((await tableOf(RouteTableId))?.PropagatingVgws).toEqual([]);
  await ec2.send(new EnableVgwRoutePropagationCommand(propagation));
  await ec2.send(new DetachVpnGatewayCommand({ VpnGatewayId, VpcId }));
  expect(await routesOf(RouteTableId)).toMatchObject([{ State: "blackhole" }]);
  expect((await tableOf(RouteTableId))?.PropagatingVgws).toEqual([]);
  await expect(ec2.send(new DetachVpnGatewayCommand({ VpnGatewayId, VpcId }))).rejects.toMatchObject({
    name: "InvalidVpnGatewayAttachment.NotFound",
  });
  await ec2.send(new DeleteVpnGatewayCommand({ VpnGatewayId }));
  await expect(ec2.send(new DescribeVpnGatewaysCommand({ VpnGatewayIds: [VpnGatewayId] }))).rejects.toMatchObject({
    name: "InvalidVpnGatewayID.NotFound",
  });
});

test("VPN connections, without which such a gateway leads nowhere, are refused by name", async () => {
  const { CustomerGateway } = await ec2.send(
    new CreateCustomerGatewayCommand({ Type: "ipsec.1", BgpAsn: 65_000, IpAddress: "198.51.100.9" }),
  );
  const connection = { Type: "ipsec.1", CustomerGatewayId: CustomerGateway?.CustomerGatewayId };
  await expect(ec2.send(new CreateVpnConnectionCommand(connection))).rejects.toMatchObject({
    name: "UnsupportedOperation",
    message: expect.stringContaining("CreateVpnConnection"),
  });
});

test("gateways that are made at once are one for one device, and no more than AWS has of them", async () => {
  const atOnce = <Answer>(ask: () => Promise<Answer>) => Promise.allSettled(Array.from({ length: 8 }, ask));
  // So that the connections are there.
  await atOnce(() => ec2.send(new DescribeVpnGatewaysCommand({})));
  const device = { Type: "ipsec.1" as const, BgpAsn: 65_010, IpAddress: "198.51.100.77" };
  await atOnce(() => ec2.send(new CreateCustomerGatewayCommand(device)));
  const Filters = [{ Name: "ip-address", Values: [device.IpAddress] }];
  expect((await ec2.send(new DescribeCustomerGatewaysCommand({ Filters }))).CustomerGateways).toHaveLength(1);
  const made = await atOnce(() => newVpnGateway());
  expect(made.flatMap((one) => (one.status === "rejected" ? [one.reason.name] : []))).toContain(
    "VpnGatewayLimitExceeded",
  );
  expect((await ec2.send(new DescribeVpnGatewaysCommand({}))).VpnGateways).toHaveLength(5);
});
