import {
  AllocateAddressCommand,
  AssociateAddressCommand,
  AttachInternetGatewayCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateInternetGatewayCommand,
  CreateNetworkInterfaceCommand,
  CreateRouteCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DescribeRouteTablesCommand,
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

test("what is not there is told", async () => {
  await expect(why({ interface: "eni-0" }, { address: "203.0.113.1" })).rejects.toThrow("no network interface eni-0");
  await expect(why({ address: "203.0.113.2" }, { address: "203.0.113.1" })).rejects.toThrow("Neither end");
});
