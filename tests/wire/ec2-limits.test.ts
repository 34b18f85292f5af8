import {
  AssignPrivateIpAddressesCommand,
  CreateNatGatewayCommand,
  CreateNetworkInterfaceCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DeleteNatGatewayCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type ServedControlPlane,
  serveControlPlane,
} from "../../packages/control-plane/src/testing/served-control-plane.ts";

let plane: ServedControlPlane;
let ec2: EC2Client;
let SubnetId: string;

beforeAll(async () => {
  plane = await serveControlPlane();
  ec2 = new EC2Client(plane.clientSettings);
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: "10.0.0.0/16", AmazonProvidedIpv6CidrBlock: true }));
  const Ipv6CidrBlock = Vpc?.Ipv6CidrBlockAssociationSet?.[0]?.Ipv6CidrBlock?.replace("/56", "/64");
  const asked = { VpcId: Vpc?.VpcId, CidrBlock: "10.0.1.0/24", Ipv6CidrBlock };
  SubnetId = (await ec2.send(new CreateSubnetCommand(asked))).Subnet?.SubnetId ?? "";
});

afterAll(async () => {
  ec2.destroy();
  await plane.close();
});

test.each([-1, 51, 2 ** 31 - 1])("an interface is not given %d addresses", async (count) => {
  const { NetworkInterface } = await ec2.send(new CreateNetworkInterfaceCommand({ SubnetId }));
  const { NetworkInterfaceId } = NetworkInterface ?? {};
  const SecondaryPrivateIpAddressCount = count;
  const asked = [
    ec2.send(new CreateNetworkInterfaceCommand({ SubnetId, SecondaryPrivateIpAddressCount })),
    ec2.send(new CreateNetworkInterfaceCommand({ SubnetId, Ipv6AddressCount: count })),
    ec2.send(new AssignPrivateIpAddressesCommand({ NetworkInterfaceId, SecondaryPrivateIpAddressCount })),
  ];
  const refusal = {
    name: "InvalidParameterValue",
    message: expect.stringMatching(new RegExp(`^Value \\(${count}\\) for parameter \\w+Count is invalid`)),
  };
  await Promise.all(asked.map((each) => expect(each).rejects.toMatchObject(refusal)));
});

test("a zone has only so many NAT gateways", async () => {
  const make = async (): Promise<string> =>
    (await ec2.send(new CreateNatGatewayCommand({ SubnetId, ConnectivityType: "private" }))).NatGateway?.NatGatewayId ??
    "";
  const made: string[] = [];
  for (let each = 0; each < 100; each += 1) made.push(await make());
  await expect(make()).rejects.toMatchObject({
    name: "NatGatewayLimitExceeded",
    message: "The maximum number of NAT Gateways has been reached.",
  });
  await ec2.send(new DeleteNatGatewayCommand({ NatGatewayId: made[0] }));
  expect(await make()).toMatch(/^nat-/);
});
