import {
  CreateEgressOnlyInternetGatewayCommand,
  CreateFlowLogsCommand,
  CreateNetworkAclCommand,
  CreateNetworkInsightsPathCommand,
  CreateNetworkInterfaceCommand,
  CreateRouteTableCommand,
  DeleteRouteTableCommand,
  StartNetworkInsightsAnalysisCommand,
} from "@aws-sdk/client-ec2";
import { describe, expect, test } from "vitest";
import { ec2, newSubnet, newVpc } from "./support/served-ec2.ts";

let tokens = 0;
const newToken = (): string => `token-${++tokens}`;

/** What both of two equal calls answer, which must be one and the same. */
const twice = async (create: (ClientToken: string) => Promise<string | undefined>): Promise<string> => {
  const token = newToken();
  const [first, second] = [await create(token), await create(token)];
  expect(first).toMatch(/^[a-z]+-[0-9a-f]{17}$/);
  expect(second).toBe(first);
  const other = await create(newToken());
  expect(other).not.toBe(first);
  return first ?? "";
};

describe("one client token makes one", () => {
  test("route table, ACL, egress-only gateway and flow log", async () => {
    const VpcId = await newVpc();
    await twice(
      async (ClientToken) =>
        (await ec2.send(new CreateRouteTableCommand({ VpcId, ClientToken }))).RouteTable?.RouteTableId,
    );
    await twice(
      async (ClientToken) =>
        (await ec2.send(new CreateNetworkAclCommand({ VpcId, ClientToken }))).NetworkAcl?.NetworkAclId,
    );
    await twice(
      async (ClientToken) =>
        (await ec2.send(new CreateEgressOnlyInternetGatewayCommand({ VpcId, ClientToken }))).EgressOnlyInternetGateway
          ?.EgressOnlyInternetGatewayId,
    );
    const flowLog = (ClientToken: string) =>
      ec2.send(
        new CreateFlowLogsCommand({
          ResourceIds: [VpcId],
          ResourceType: "VPC",
          TrafficType: "ALL",
          LogGroupName: "/flows",
          DeliverLogsPermissionArn: "arn:aws:iam::123456789012:role/flows",
          ClientToken,
        }),
      );
    const token = newToken();
    const [first, second] = [await flowLog(token), await flowLog(token)];
    expect(first.FlowLogIds).toHaveLength(1);
    expect(second).toMatchObject({ FlowLogIds: first.FlowLogIds, Unsuccessful: [] });
    expect((await flowLog(newToken())).Unsuccessful).toMatchObject([{ Error: { Code: "FlowLogAlreadyExists" } }]);
  });

  test("network interface, path and analysis", async () => {
    const SubnetId = await newSubnet(await newVpc());
    const Source = await twice(
      async (ClientToken) =>
        (await ec2.send(new CreateNetworkInterfaceCommand({ SubnetId, ClientToken }))).NetworkInterface
          ?.NetworkInterfaceId,
    );
    const path = { Source, DestinationIp: "10.0.1.9", DestinationPort: 80, Protocol: "tcp" as const };
    const NetworkInsightsPathId = await twice(
      async (ClientToken) =>
        (await ec2.send(new CreateNetworkInsightsPathCommand({ ...path, ClientToken }))).NetworkInsightsPath
          ?.NetworkInsightsPathId,
    );
    await twice(
      async (ClientToken) =>
        (await ec2.send(new StartNetworkInsightsAnalysisCommand({ NetworkInsightsPathId, ClientToken })))
          .NetworkInsightsAnalysis?.NetworkInsightsAnalysisId,
    );
  });

  test("of what it was first sent with", async () => {
    const [VpcId, other] = [await newVpc(), await newVpc()];
    const ClientToken = newToken();
    const { RouteTable } = await ec2.send(new CreateRouteTableCommand({ VpcId, ClientToken }));
    await expect(ec2.send(new CreateRouteTableCommand({ VpcId: other, ClientToken }))).rejects.toMatchObject({
      name: "IdempotentParameterMismatch",
    });
    await ec2.send(new DeleteRouteTableCommand({ RouteTableId: RouteTable?.RouteTableId }));
    await expect(ec2.send(new CreateRouteTableCommand({ VpcId, ClientToken }))).rejects.toMatchObject({
      name: "InvalidRouteTableID.NotFound",
    });
  });
});
