import {
  CreateNatGatewayCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DeleteNatGatewayCommand,
  DescribeNatGatewaysCommand,
  type DescribeNatGatewaysCommandInput,
  EC2Client,
} from "@aws-sdk/client-ec2";
import { ManualClock } from "@fleetless/kernel";
import { expect, test } from "vitest";
import { startControlPlane } from "./support/start-control-plane.ts";

test("a deleted NAT gateway is told of for an hour", async () => {
  const clock = new ManualClock(Date.now());
  await using plane = await startControlPlane(clock);
  const hour = 3_600_000;
  const now = new EC2Client(plane.clientSettings);
  const { Vpc } = await now.send(new CreateVpcCommand({ CidrBlock: "10.0.0.0/16" }));
  const { Subnet } = await now.send(new CreateSubnetCommand({ VpcId: Vpc?.VpcId, CidrBlock: "10.0.1.0/24" }));
  const asked = { SubnetId: Subnet?.SubnetId, ConnectivityType: "private" as const };
  const { NatGateway } = await now.send(new CreateNatGatewayCommand(asked));
  const NatGatewayIds = [NatGateway?.NatGatewayId ?? ""];
  await now.send(new DeleteNatGatewayCommand({ NatGatewayId: NatGatewayIds[0] }));
  const { NatGateways } = await now.send(new DescribeNatGatewaysCommand({ NatGatewayIds }));
  expect(NatGateways).toMatchObject([{ State: "deleted" }]);
  clock.advance(hour + 60_000);
  // A client of its own each: from an answer's date, which is the machine's, the SDK takes its clock's offset anew.
  const told = async (input: DescribeNatGatewaysCommandInput) => {
    const later = new EC2Client({ ...plane.clientSettings, systemClockOffset: hour + 60_000 });
    return later.send(new DescribeNatGatewaysCommand(input)).finally(() => later.destroy());
  };
  expect((await told({})).NatGateways).toEqual([]);
  await expect(told({ NatGatewayIds })).rejects.toMatchObject({ name: "NatGatewayNotFound" });
  now.destroy();
});
