import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accountId, ManualClock, region, silentLogger } from "@fleetless/kernel";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Call } from "../../gateway/call.ts";
import type { OpenedStore } from "../../state/append/append-tables.ts";
import { openSqliteStore } from "../../state/sqlite/open.ts";
import type { Ec2Dependencies } from "./dependencies.ts";
import { createSecurityGroup } from "./handlers/create-security-group.ts";
import { deleteSecurityGroup } from "./handlers/delete-security-group.ts";
import { describeNetworkInterfaces } from "./handlers/describe-network-interfaces.ts";
import { describeSubnets } from "./handlers/describe-subnets.ts";
import { parseIpv4Network } from "./ipv4.ts";
import { createNetworkInterfaces, ensureDefaultNetwork, type NetworkInterfaces } from "./service.ts";

const scope = { accountId: accountId("123456789012"), region: region("us-east-1") };
let directory: string;
let store: OpenedStore;
let dependencies: Ec2Dependencies;
let call: Call;
let interfaces: NetworkInterfaces;
let subnetId: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "fleetless-groups-"));
  const clock = new ManualClock();
  store = await openSqliteStore({ path: join(directory, "store.sqlite"), clock, logger: silentLogger });
  const publicAddresses = parseIpv4Network("198.51.100.0/24");
  if (publicAddresses === undefined) throw new Error("not a network");
  dependencies = { store, clock, publicAddresses };
  const arn = `arn:aws:iam::${scope.accountId}:root`;
  call = {
    ...scope,
    clock,
    requestId: "1",
    principal: { kind: "root", accountId: scope.accountId, arn, userId: scope.accountId },
    accessKeyId: "test",
    sourceAddress: "127.0.0.1",
    userAgent: "test",
    host: "127.0.0.1:4566",
  };
  interfaces = createNetworkInterfaces("198.51.100.0/24", clock);
  await ensureDefaultNetwork(store, scope);
  subnetId = (await describeSubnets.handle({}, call, dependencies)).Subnets?.[0]?.SubnetId ?? "";
});

afterEach(async () => {
  await store.close();
  await rm(directory, { recursive: true, force: true });
});

const newGroup = async (GroupName: string): Promise<string> =>
  (await createSecurityGroup.handle({ GroupName, Description: "d" }, call, dependencies)).GroupId ?? "";

const attach = (groupId: string) =>
  store.transaction((transaction) =>
    interfaces.createNetworkInterface(transaction, {
      ...scope,
      subnetId,
      securityGroupIds: [groupId],
      assignPublicAddress: true,
      assignIpv6Address: false,
      description: "arn:aws:ecs:us-east-1:123456789012:attachment/0b1c",
      attachmentId: "0b1c",
      ownerId: "amazon-ecs",
    }),
  );

const remove = (GroupId: string) => deleteSecurityGroup.handle({ GroupId }, call, dependencies);

it("shows an interface with its attachment, groups and public address, and finds it by each", async () => {
  const group = await newGroup("web");
  const { networkInterface, availabilityZone } = await attach(group);
  const { privateAddress = "", publicAddress = "", macAddress, id } = networkInterface;
  const found = async (Name: string, value: string) =>
    (await describeNetworkInterfaces.handle({ Filters: [{ Name, Values: [value] }] }, call, dependencies))
      .NetworkInterfaces ?? [];
  expect(await found("network-interface-id", id)).toMatchObject([
    {
      NetworkInterfaceId: id,
      AvailabilityZone: availabilityZone,
      Association: { PublicIp: publicAddress },
      Attachment: { Status: "attached", AttachmentId: expect.stringMatching(/^ela-attach-/) },
      Groups: [{ GroupId: group, GroupName: "web" }],
      MacAddress: macAddress,
      PrivateIpAddress: privateAddress,
      PrivateDnsName: `ip-${privateAddress.replaceAll(".", "-")}.ec2.internal`,
      RequesterManaged: true,
      Status: "in-use",
      SubnetId: subnetId,
    },
  ]);
  for (const [name, value] of [
    ["group-id", group],
    ["group-name", "w*b"],
    ["private-ip-address", privateAddress],
    ["association.public-ip", publicAddress],
    ["description", "*attachment/0b1c"],
    ["subnet-id", subnetId],
  ] as const) {
    expect(await found(name, value)).toHaveLength(1);
  }
  expect(await found("attachment.instance-id", "*")).toHaveLength(0);
  expect((await describeSubnets.handle({ SubnetIds: [subnetId] }, call, dependencies)).Subnets).toMatchObject([
    { AvailableIpAddressCount: 4090 },
  ]);
});

it("keeps a group while an interface has it", async () => {
  const group = await newGroup("web");
  const { networkInterface } = await attach(group);
  await expect(remove(group)).rejects.toMatchObject({
    code: "DependencyViolation",
    message: `resource ${group} has a dependent object`,
  });
  await store.transaction((transaction) => interfaces.releaseNetworkInterface(transaction, networkInterface.id));
  await remove(group);
});

it("never leaves an interface in a group that was deleted at the same time", async () => {
  for (let round = 0; round < 25; round++) {
    const group = await newGroup(`round ${round}`);
    const [attached, removed] = await Promise.allSettled([attach(group), remove(group)]);
    expect([attached.status, removed.status].toSorted()).toEqual(["fulfilled", "rejected"]);
  }
});
