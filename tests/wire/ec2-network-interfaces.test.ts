import {
  AttachNetworkInterfaceCommand,
  CreateNetworkAclCommand,
  CreateNetworkAclEntryCommand,
  CreateNetworkInterfaceCommand,
  DeleteNetworkAclCommand,
  DeleteNetworkAclEntryCommand,
  DeleteNetworkInterfaceCommand,
  DeleteSecurityGroupCommand,
  DescribeNetworkAclsCommand,
  DescribeNetworkInterfacesCommand,
  ModifyNetworkInterfaceAttributeCommand,
  ReplaceNetworkAclAssociationCommand,
  ReplaceNetworkAclEntryCommand,
  UnassignPrivateIpAddressesCommand,
} from "@aws-sdk/client-ec2";
import { ECSClient, RegisterTaskDefinitionCommand, RunTaskCommand } from "@aws-sdk/client-ecs";
import { expect, test } from "vitest";

import { ec2, freeIn, newGroup, newSubnet, newVpc, plane } from "./support/served-ec2.ts";

test("a network ACL's entries are made, replaced and deleted, and it moves between subnets", async () => {
  const VpcId = await newVpc();
  const subnet = await newSubnet(VpcId);
  const { NetworkAcl } = await ec2.send(new CreateNetworkAclCommand({ VpcId }));
  const NetworkAclId = NetworkAcl?.NetworkAclId ?? "";
  expect(NetworkAcl?.Entries).toHaveLength(2);
  const entry = { NetworkAclId, RuleNumber: 100, Egress: false, Protocol: "6", RuleAction: "allow" as const };
  const web = { ...entry, CidrBlock: "10.0.0.0/8", PortRange: { From: 80, To: 90 } };
  await ec2.send(new CreateNetworkAclEntryCommand(web));
  await expect(ec2.send(new CreateNetworkAclEntryCommand(web))).rejects.toMatchObject({
    name: "NetworkAclEntryAlreadyExists",
    message: "The network acl entry identified by 100 already exists.",
  });
  await expect(ec2.send(new CreateNetworkAclEntryCommand({ ...entry, CidrBlock: "::/0" }))).rejects.toMatchObject({
    name: "InvalidParameterValue",
  });
  await expect(
    ec2.send(new CreateNetworkAclEntryCommand({ ...entry, RuleNumber: 7, CidrBlock: "0.0.0.0/0" })),
  ).rejects.toMatchObject({ name: "MissingParameter" });
  await ec2.send(
    new ReplaceNetworkAclEntryCommand({
      ...entry,
      Protocol: "icmp",
      CidrBlock: "10.0.0.0/8",
      IcmpTypeCode: { Type: 8, Code: -1 },
    }),
  );
  const byVpc = { Filters: [{ Name: "vpc-id", Values: [VpcId] }] };
  const acls = (await ec2.send(new DescribeNetworkAclsCommand(byVpc))).NetworkAcls ?? [];
  const own = acls.find((acl) => acl.NetworkAclId === NetworkAclId);
  expect(own?.Entries?.find(({ RuleNumber }) => RuleNumber === 100)).toMatchObject({
    Protocol: "1",
    IcmpTypeCode: { Type: 8, Code: -1 },
  });
  const AssociationId = acls.find((acl) => acl.IsDefault)?.Associations?.[0]?.NetworkAclAssociationId;
  const { NewAssociationId } = await ec2.send(new ReplaceNetworkAclAssociationCommand({ AssociationId, NetworkAclId }));
  await expect(ec2.send(new DeleteNetworkAclCommand({ NetworkAclId }))).rejects.toMatchObject({
    name: "DependencyViolation",
  });
  const bySubnet = { Filters: [{ Name: "association.subnet-id", Values: [subnet] }] };
  expect((await ec2.send(new DescribeNetworkAclsCommand(bySubnet))).NetworkAcls).toMatchObject([{ NetworkAclId }]);
  const fallback = acls.find((acl) => acl.IsDefault)?.NetworkAclId;
  await ec2.send(new ReplaceNetworkAclAssociationCommand({ AssociationId: NewAssociationId, NetworkAclId: fallback }));
  await ec2.send(new DeleteNetworkAclEntryCommand({ NetworkAclId, RuleNumber: 100, Egress: false }));
  await expect(
    ec2.send(new DeleteNetworkAclEntryCommand({ NetworkAclId, RuleNumber: 100, Egress: false })),
  ).rejects.toMatchObject({ name: "InvalidNetworkAclEntry.NotFound" });
  await ec2.send(new DeleteNetworkAclCommand({ NetworkAclId }));
  await expect(ec2.send(new DeleteNetworkAclCommand({ NetworkAclId: fallback }))).rejects.toMatchObject({
    name: "InvalidParameterValue",
  });
});

test("a network interface has the addresses and groups that it is asked to have", async () => {
  const VpcId = await newVpc();
  const SubnetId = await newSubnet(VpcId);
  const group = await newGroup(VpcId);
  const { NetworkInterface } = await ec2.send(
    new CreateNetworkInterfaceCommand({
      SubnetId,
      PrivateIpAddress: "10.0.1.4",
      SecondaryPrivateIpAddressCount: 1,
      TagSpecifications: [{ ResourceType: "network-interface", Tags: [{ Key: "Name", Value: "eni" }] }],
    }),
  );
  const NetworkInterfaceId = NetworkInterface?.NetworkInterfaceId ?? "";
  expect(NetworkInterface).toMatchObject({
    PrivateIpAddress: "10.0.1.4",
    PrivateIpAddresses: [{ Primary: true }, { Primary: false, PrivateIpAddress: "10.0.1.5" }],
    Groups: [{ GroupName: "default" }],
    Status: "available",
    RequesterManaged: false,
  });
  expect(await freeIn(SubnetId)).toBe(249);
  await expect(
    ec2.send(new CreateNetworkInterfaceCommand({ SubnetId, PrivateIpAddress: "10.0.1.5" })),
  ).rejects.toMatchObject({ name: "InvalidIPAddress.InUse" });
  await expect(
    ec2.send(new CreateNetworkInterfaceCommand({ SubnetId, PrivateIpAddress: "10.0.2.5" })),
  ).rejects.toMatchObject({ name: "InvalidParameterValue" });
  await ec2.send(new ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId, Groups: [group] }));
  await expect(ec2.send(new DeleteSecurityGroupCommand({ GroupId: group }))).rejects.toMatchObject({
    name: "DependencyViolation",
  });
  const found = await ec2.send(
    new DescribeNetworkInterfacesCommand({ Filters: [{ Name: "group-id", Values: [group] }] }),
  );
  expect(found.NetworkInterfaces).toMatchObject([{ NetworkInterfaceId, TagSet: [{ Key: "Name", Value: "eni" }] }]);
  const foreign = await newGroup(await newVpc());
  await expect(
    ec2.send(new ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId, Groups: [foreign] })),
  ).rejects.toMatchObject({ name: "InvalidParameter" });
  await expect(
    ec2.send(new AttachNetworkInterfaceCommand({ NetworkInterfaceId, InstanceId: "i-1", DeviceIndex: 1 })),
  ).rejects.toMatchObject({ name: "UnsupportedOperation", message: expect.stringContaining("ECS") });
  await ec2.send(new UnassignPrivateIpAddressesCommand({ NetworkInterfaceId, PrivateIpAddresses: ["10.0.1.5"] }));
  expect(await freeIn(SubnetId)).toBe(250);
  await ec2.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId }));
  expect(await freeIn(SubnetId)).toBe(251);
});

test("a task's subnets are of one VPC", async () => {
  const ecs = new ECSClient(plane.clientSettings);
  await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: "two-networks",
      requiresCompatibilities: ["FARGATE"],
      networkMode: "awsvpc",
      cpu: "256",
      memory: "512",
      containerDefinitions: [{ name: "web", image: "busybox" }],
    }),
  );
  const subnets = [await newSubnet(await newVpc()), await newSubnet(await newVpc())];
  await expect(
    ecs.send(
      new RunTaskCommand({
        taskDefinition: "two-networks",
        launchType: "FARGATE",
        networkConfiguration: { awsvpcConfiguration: { subnets } },
      }),
    ),
  ).rejects.toMatchObject({
    name: "InvalidParameterException",
    message: "All subnets of a task must be in the same VPC.",
  });
  ecs.destroy();
});
