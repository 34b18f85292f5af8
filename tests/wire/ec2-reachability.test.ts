import {
  AuthorizeSecurityGroupIngressCommand,
  CreateNetworkAclEntryCommand,
  CreateNetworkInsightsPathCommand,
  CreateNetworkInterfaceCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DeleteNetworkInsightsAnalysisCommand,
  DeleteNetworkInsightsPathCommand,
  DescribeNetworkAclsCommand,
  DescribeNetworkInsightsAnalysesCommand,
  EC2Client,
  StartNetworkInsightsAnalysisCommand,
} from "@aws-sdk/client-ec2";
import { expect, test } from "vitest";
import { serveControlPlane } from "../../packages/control-plane/src/testing/served-control-plane.ts";

test("an analysis names the hop that stops a packet, and finds the path once that is mended", async () => {
  const plane = await serveControlPlane();
  const ec2 = new EC2Client(plane.clientSettings);
  try {
    const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: "10.0.0.0/16" }));
    const VpcId = Vpc?.VpcId;
    const interfaceIn = async (CidrBlock: string, groups: string[] = []): Promise<string> => {
      const { Subnet } = await ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock }));
      const { NetworkInterface } = await ec2.send(
        new CreateNetworkInterfaceCommand({ SubnetId: Subnet?.SubnetId, Groups: groups }),
      );
      return NetworkInterface?.NetworkInterfaceId ?? "";
    };
    const group = await ec2.send(new CreateSecurityGroupCommand({ VpcId, GroupName: "g", Description: "g" }));
    const GroupId = group.GroupId ?? "";
    const [source, destination] = [await interfaceIn("10.0.1.0/24"), await interfaceIn("10.0.2.0/24", [GroupId])];
    const analyse = async (path: { Destination?: string; DestinationIp?: string }) => {
      const made = await ec2.send(
        new CreateNetworkInsightsPathCommand({ Source: source, Protocol: "tcp", DestinationPort: 80, ...path }),
      );
      const { NetworkInsightsPathId } = made.NetworkInsightsPath ?? {};
      return (await ec2.send(new StartNetworkInsightsAnalysisCommand({ NetworkInsightsPathId })))
        .NetworkInsightsAnalysis;
    };

    const outside = await analyse({ DestinationIp: "203.0.113.7" });
    expect(outside).toMatchObject({
      Status: "succeeded",
      NetworkPathFound: false,
      Explanations: [{ ExplanationCode: "NO_ROUTE_TO_DESTINATION", Component: { Id: expect.stringMatching(/^rtb-/) } }],
    });
    const closed = await analyse({ Destination: destination });
    expect(closed).toMatchObject({
      NetworkPathFound: false,
      Explanations: [{ ExplanationCode: "ENI_SG_RULES_MISMATCH", Component: { Id: destination } }],
    });
    const IpPermissions = [{ IpProtocol: "tcp", FromPort: 80, ToPort: 80, IpRanges: [{ CidrIp: "10.0.1.0/24" }] }];
    await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
    const open = await analyse({ Destination: destination });
    expect(open).toMatchObject({ NetworkPathFound: true, Explanations: [] });
    expect(open?.ForwardPathComponents?.map(({ Component }) => Component?.Id)).toEqual([
      expect.stringMatching(/^sg-/),
      expect.stringMatching(/^acl-/),
      expect.stringMatching(/^rtb-/),
      expect.stringMatching(/^acl-/),
      GroupId,
      destination,
    ]);

    expect(open?.ReturnPathComponents?.map(({ Component }) => Component?.Id)).toEqual([
      expect.stringMatching(/^acl-/),
      expect.stringMatching(/^rtb-/),
      expect.stringMatching(/^acl-/),
      source,
    ]);
    const { NetworkAcls: [acl] = [] } = await ec2.send(
      new DescribeNetworkAclsCommand({ Filters: [{ Name: "vpc-id", Values: [VpcId ?? ""] }] }),
    );
    const NetworkAclId = acl?.NetworkAclId;
    const entry = { NetworkAclId, Egress: true, RuleNumber: 90, RuleAction: "deny", Protocol: "6" } as const;
    const PortRange = { From: 2000, To: 3000 };
    await ec2.send(new CreateNetworkAclEntryCommand({ ...entry, CidrBlock: "10.0.1.0/24", PortRange }));
    const mute = await analyse({ Destination: destination });
    expect(mute).toMatchObject({
      NetworkPathFound: false,
      ReturnPathComponents: [],
      Explanations: [
        {
          ExplanationCode: "SUBNET_ACL_RESTRICTION",
          Component: { Id: NetworkAclId, Name: expect.stringContaining("does not let answers to ports 2000-3000 out") },
        },
      ],
    });
    expect(mute?.ForwardPathComponents).toHaveLength(6);

    const { NetworkInsightsPathId, NetworkInsightsAnalysisId } = open ?? {};
    const described = await ec2.send(new DescribeNetworkInsightsAnalysesCommand({ NetworkInsightsPathId }));
    expect(described.NetworkInsightsAnalyses).toMatchObject([{ NetworkInsightsAnalysisId, NetworkPathFound: true }]);
    await expect(ec2.send(new DeleteNetworkInsightsPathCommand({ NetworkInsightsPathId }))).rejects.toMatchObject({
      name: "AnalysisExistsForNetworkInsightsPath",
    });
    await ec2.send(new DeleteNetworkInsightsAnalysisCommand({ NetworkInsightsAnalysisId }));
    await ec2.send(new DeleteNetworkInsightsPathCommand({ NetworkInsightsPathId }));
    await expect(ec2.send(new StartNetworkInsightsAnalysisCommand({ NetworkInsightsPathId }))).rejects.toMatchObject({
      name: "InvalidNetworkInsightsPathId.NotFound",
    });
  } finally {
    ec2.destroy();
    await plane.close();
  }
});
