import {
  AllocateAddressCommand,
  AssociateAddressCommand,
  CreateNetworkInsightsPathCommand,
  CreateNetworkInterfaceCommand,
  CreateRouteCommand,
  CreateTagsCommand,
  CreateVpcBlockPublicAccessExclusionCommand,
  DeleteVpcBlockPublicAccessExclusionCommand,
  DescribeRouteTablesCommand,
  DescribeVpcBlockPublicAccessExclusionsCommand,
  DescribeVpcBlockPublicAccessOptionsCommand,
  ModifyVpcBlockPublicAccessExclusionCommand,
  ModifyVpcBlockPublicAccessOptionsCommand,
  StartNetworkInsightsAnalysisCommand,
} from "@aws-sdk/client-ec2";
import { afterEach, expect, test } from "vitest";
import { ec2, inVpc, newGateway, newSubnet, newVpc } from "./support/served-ec2.ts";

afterEach(async () => {
  await ec2.send(new ModifyVpcBlockPublicAccessOptionsCommand({ InternetGatewayBlockMode: "off" }));
});

test("options begin as AWS's default, and tell when they were changed", async () => {
  const { VpcBlockPublicAccessOptions: before } = await ec2.send(new DescribeVpcBlockPublicAccessOptionsCommand({}));
  expect(before).toMatchObject({ State: "default-state", InternetGatewayBlockMode: "off", AwsRegion: "us-east-1" });
  const changed = await ec2.send(
    new ModifyVpcBlockPublicAccessOptionsCommand({ InternetGatewayBlockMode: "block-ingress" }),
  );
  expect(changed.VpcBlockPublicAccessOptions).toMatchObject({
    State: "update-complete",
    InternetGatewayBlockMode: "block-ingress",
    ExclusionsAllowed: "allowed",
    ManagedBy: "account",
    LastUpdateTimestamp: expect.any(Date),
  });
  const after = await ec2.send(new DescribeVpcBlockPublicAccessOptionsCommand({}));
  expect(after.VpcBlockPublicAccessOptions).toEqual(changed.VpcBlockPublicAccessOptions);
});

test("an exclusion is of one VPC or subnet, found, changed, tagged and deleted", async () => {
  const VpcId = await newVpc("10.70.0.0/16");
  const SubnetId = await newSubnet(VpcId, "10.70.1.0/24");
  const both = { VpcId, SubnetId, InternetGatewayExclusionMode: "allow-egress" as const };
  await expect(ec2.send(new CreateVpcBlockPublicAccessExclusionCommand(both))).rejects.toMatchObject({
    name: "InvalidParameterCombination",
  });
  const ofSubnet = { SubnetId, InternetGatewayExclusionMode: "allow-egress" as const };
  const { VpcBlockPublicAccessExclusion: made } = await ec2.send(
    new CreateVpcBlockPublicAccessExclusionCommand(ofSubnet),
  );
  expect(made).toMatchObject({
    ExclusionId: expect.stringMatching(/^vpcbpa-exclude-[0-9a-f]{17}$/),
    ResourceArn: expect.stringMatching(new RegExp(`^arn:aws:ec2:us-east-1:\\d{12}:subnet/${SubnetId}$`)),
    State: "create-complete",
    InternetGatewayExclusionMode: "allow-egress",
  });
  const ExclusionId = made?.ExclusionId ?? "";
  await expect(ec2.send(new CreateVpcBlockPublicAccessExclusionCommand(ofSubnet))).rejects.toMatchObject({
    name: "InvalidParameterValue",
  });
  await ec2.send(
    new ModifyVpcBlockPublicAccessExclusionCommand({
      ExclusionId,
      InternetGatewayExclusionMode: "allow-bidirectional",
    }),
  );
  await ec2.send(new CreateTagsCommand({ Resources: [ExclusionId], Tags: [{ Key: "a", Value: "b" }] }));
  const Filters = [{ Name: "resource-arn", Values: [made?.ResourceArn ?? ""] }];
  const found = await ec2.send(new DescribeVpcBlockPublicAccessExclusionsCommand({ Filters }));
  expect(found.VpcBlockPublicAccessExclusions).toMatchObject([
    {
      ExclusionId,
      State: "update-complete",
      InternetGatewayExclusionMode: "allow-bidirectional",
      Tags: [{ Key: "a" }],
    },
  ]);
  const gone = await ec2.send(new DeleteVpcBlockPublicAccessExclusionCommand({ ExclusionId }));
  expect(gone.VpcBlockPublicAccessExclusion).toMatchObject({ ExclusionId, State: "delete-complete" });
  await expect(
    ec2.send(new DescribeVpcBlockPublicAccessExclusionsCommand({ ExclusionIds: [ExclusionId] })),
  ).rejects.toMatchObject({ name: "InvalidVpcBlockPublicAccessExclusionId.NotFound" });
});

test("an analysis names the gateway that is closed, for the subnet that is not excluded alone", async () => {
  const VpcId = await newVpc("10.71.0.0/16");
  const gateway = await newGateway(VpcId);
  const [main] = (await ec2.send(new DescribeRouteTablesCommand(inVpc(VpcId)))).RouteTables ?? [];
  const RouteTableId = main?.RouteTableId;
  await ec2.send(new CreateRouteCommand({ RouteTableId, DestinationCidrBlock: "0.0.0.0/0", GatewayId: gateway }));
  const [spared, other] = [await newSubnet(VpcId, "10.71.1.0/24"), await newSubnet(VpcId, "10.71.2.0/24")];
  await ec2.send(
    new CreateVpcBlockPublicAccessExclusionCommand({
      SubnetId: spared,
      InternetGatewayExclusionMode: "allow-bidirectional",
    }),
  );
  await ec2.send(new ModifyVpcBlockPublicAccessOptionsCommand({ InternetGatewayBlockMode: "block-bidirectional" }));
  const analyse = async (SubnetId: string) => {
    const { NetworkInterface } = await ec2.send(new CreateNetworkInterfaceCommand({ SubnetId }));
    const { AllocationId } = await ec2.send(new AllocateAddressCommand({ Domain: "vpc" }));
    const Source = NetworkInterface?.NetworkInterfaceId;
    await ec2.send(new AssociateAddressCommand({ AllocationId, NetworkInterfaceId: Source }));
    const path = { Source, Protocol: "tcp" as const, DestinationPort: 443, DestinationIp: "203.0.113.7" };
    const { NetworkInsightsPath } = await ec2.send(new CreateNetworkInsightsPathCommand(path));
    const started = new StartNetworkInsightsAnalysisCommand({
      NetworkInsightsPathId: NetworkInsightsPath?.NetworkInsightsPathId,
    });
    return (await ec2.send(started)).NetworkInsightsAnalysis;
  };
  expect(await analyse(spared)).toMatchObject({ NetworkPathFound: true });
  const closed = await analyse(other);
  expect(closed).toMatchObject({
    NetworkPathFound: false,
    Explanations: [
      {
        ExplanationCode: "VPC_BLOCK_PUBLIC_ACCESS_ENABLED",
        Component: { Id: gateway, Name: `${gateway} is closed by VPC Block Public Access` },
      },
    ],
  });
});
