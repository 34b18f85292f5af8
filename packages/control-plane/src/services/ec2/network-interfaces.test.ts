import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ManualClock, type ServiceError, silentLogger, type VpcId } from "@fleetless/kernel";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { OpenedStore } from "../../state/append/append-tables.ts";
import { openSqliteStore } from "../../state/sqlite/open.ts";
import { keyInVpc, securityGroups, subnets } from "./collections.ts";
import { freeAddressesOf } from "./interface-records.ts";
import { findSecurityGroupByName, findSubnet, subnetsOf } from "./repository.ts";
import {
  createNetworkInterfaces,
  ensureDefaultNetwork,
  type NetworkInterfaceRequest,
  type NetworkInterfaces,
  readVpcSpec,
  refusalInEcsWords,
  vpcChangedBy,
} from "./service.ts";

const scope = { accountId: "123456789012", region: "eu-west-1" };
let directory: string;
let store: OpenedStore;
let interfaces: NetworkInterfaces;
let vpcId: VpcId;
let subnetId: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "fleetless-ec2-"));
  const clock = new ManualClock();
  store = await openSqliteStore({ path: join(directory, "store.sqlite"), clock, logger: silentLogger });
  interfaces = createNetworkInterfaces("198.51.100.0/29", clock);
  vpcId = (await ensureDefaultNetwork(store, scope)) ?? vpcId;
  const [subnet] = await store.read((transaction) => subnetsOf(transaction, scope));
  subnetId = subnet?.id ?? "";
});

afterEach(async () => {
  await store.close();
  await rm(directory, { recursive: true, force: true });
});

const request = (changes: Partial<NetworkInterfaceRequest> = {}): NetworkInterfaceRequest => ({
  ...scope,
  subnetId,
  securityGroupIds: [],
  assignPublicAddress: false,
  assignIpv6Address: false,
  description: "a task",
  attachmentId: "0b1c",
  ownerId: "task",
  ...changes,
});

const create = async (changes: Partial<NetworkInterfaceRequest> = {}) =>
  (await store.transaction((transaction) => interfaces.createNetworkInterface(transaction, request(changes))))
    .networkInterface;
const release = (id: string) => store.transaction((transaction) => interfaces.releaseNetworkInterface(transaction, id));

/** Makes the subnet so small that three addresses are left in it. */
const shrinkSubnet = () =>
  store.transaction(async (transaction) => {
    const subnet = await findSubnet(transaction, subnetId);
    if (subnet === undefined) throw new Error("no subnet");
    transaction.put(subnets, keyInVpc(subnet), { ...subnet, cidr: "172.31.0.0/29" });
  });

const freeAddresses = () =>
  store.read(async (transaction) => {
    const subnet = await findSubnet(transaction, subnetId);
    return subnet === undefined ? -1 : freeAddressesOf(transaction, subnet);
  });

describe("addresses", () => {
  it("are never handed out twice, however many ask at once", async () => {
    const made = await Promise.all(Array.from({ length: 40 }, () => create()));
    expect(new Set(made.map(({ privateAddress }) => privateAddress)).size).toBe(40);
    expect(new Set(made.map(({ macAddress }) => macAddress)).size).toBe(40);
    expect(made.every(({ macAddress }) => /^02(:[0-9a-f]{2}){5}$/.test(macAddress))).toBe(true);
    expect(await freeAddresses()).toBe(4096 - 5 - 40);
  });

  it("leave out the subnet's first four and its last, and come back in the order they were freed", async () => {
    await shrinkSubnet();
    const made = [await create(), await create(), await create()];
    expect(made.map(({ privateAddress }) => privateAddress)).toEqual(["172.31.0.4", "172.31.0.5", "172.31.0.6"]);
    await expect(create()).rejects.toMatchObject({ code: "InsufficientFreeAddressesInSubnet" });
    for (const index of [1, 0, 2]) await release(made[index]?.id ?? "");
    await release(made[0]?.id ?? "");
    expect(await freeAddresses()).toBe(3);
    expect([(await create()).privateAddress, (await create()).privateAddress]).toEqual(["172.31.0.5", "172.31.0.4"]);
  });

  it("are public where asked, from the nodes' pool", async () => {
    const made = [await create({ assignPublicAddress: true }), await create({ assignPublicAddress: true })];
    expect(made.map(({ publicAddress }) => publicAddress)).toEqual(["198.51.100.2", "198.51.100.3"]);
    for (const _ of [4, 5, 6]) await create({ assignPublicAddress: true });
    await expect(create({ assignPublicAddress: true })).rejects.toMatchObject({ code: "InsufficientAddressCapacity" });
    await release(made[1]?.id ?? "");
    expect((await create({ assignPublicAddress: true })).publicAddress).toBe("198.51.100.3");
  });
});

describe("a request", () => {
  const refusal = async (changes: Partial<NetworkInterfaceRequest>) => {
    const thrown = await create(changes).catch((error: ServiceError) => error);
    return refusalInEcsWords(thrown, request(changes));
  };

  it("is refused in ECS's words", async () => {
    expect(await refusal({ subnetId: "subnet-1" })).toBe(
      "Error retrieving subnet information for [subnet-1]: The subnet ID 'subnet-1' does not exist (ErrorCode: InvalidSubnetID.NotFound)",
    );
    expect(await refusal({ securityGroupIds: ["sg-1"] })).toBe(
      "Error retrieving security group information for [sg-1]: The security group 'sg-1' does not exist (ErrorCode: InvalidGroup.NotFound)",
    );
    expect(await refusal({ accountId: "000000000000" })).toContain("InvalidSubnetID.NotFound");
    await ensureDefaultNetwork(store, { ...scope, accountId: "000000000000" });
  });

  it("gets the VPC's default group where it names none", async () => {
    const group = await store.read((transaction) => findSecurityGroupByName(transaction, vpcId, "default"));
    expect((await create()).securityGroupIds).toEqual([group?.id]);
  });
});

describe("the default network", () => {
  it("is made once, by however many at once", async () => {
    const other = { ...scope, region: "us-east-1" };
    const made = await Promise.all(Array.from({ length: 8 }, () => ensureDefaultNetwork(store, other)));
    expect(new Set(made).size).toBe(1);
    expect(await ensureDefaultNetwork(store, scope)).toBe(vpcId);
    const zones = (await store.read((transaction) => subnetsOf(transaction, other))).map((one) => one.availabilityZone);
    expect(zones.toSorted()).toEqual(["us-east-1a", "us-east-1b", "us-east-1c"]);
  });

  it("is told to nodes whole, and each change of it names it", async () => {
    const before = await store.latestSequence();
    const made = await create({ assignPublicAddress: true });
    const spec = await store.read((transaction) => readVpcSpec(transaction, vpcId));
    expect(spec).toMatchObject({ id: vpcId, cidr: "172.31.0.0/16", region: "eu-west-1" });
    expect(spec.subnets.map(({ cidr }) => cidr).toSorted()).toEqual([
      "172.31.0.0/20",
      "172.31.16.0/20",
      "172.31.32.0/20",
    ]);
    const [table] = spec.routeTables;
    expect(new Set(spec.subnets.map(({ routeTableId }) => routeTableId))).toEqual(new Set([table?.id]));
    expect(table?.routes.map(({ destination, target }) => [destination, target.kind])).toEqual([
      ["172.31.0.0/16", "local"],
      ["0.0.0.0/0", "internet-gateway"],
    ]);
    const everything = { ruleNumber: 100, action: "allow", protocol: "-1", cidr: "0.0.0.0/0" };
    expect(spec.networkAcls).toEqual([
      { id: spec.subnets[0]?.networkAclId, ingress: [everything], egress: [everything] },
    ]);
    const [group] = spec.securityGroups;
    expect(group?.ingress).toEqual([{ protocol: "-1", peer: { kind: "group", groupId: group?.id } }]);
    expect(group?.egress).toEqual([{ protocol: "-1", peer: { kind: "cidr", cidr: "0.0.0.0/0" } }]);
    const { id, privateAddress, macAddress, publicAddress, securityGroupIds } = made;
    expect(spec.interfaces).toEqual([{ id, privateAddress, macAddress, publicAddress, subnetId, securityGroupIds }]);
    await store.transaction(async (transaction) => {
      const [{ key, document } = { key: "", document: undefined }] = await transaction.list(securityGroups);
      if (document !== undefined) transaction.put(securityGroups, key, { ...document, rules: [] });
    });
    const changed = (await store.changes(before, 100)).map(vpcChangedBy).filter((found) => found !== undefined);
    expect(changed).toEqual([vpcId, vpcId]);
  });
});
