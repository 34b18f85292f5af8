import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { updateInterfaces } from "@fleetless/engine";
import { accountId, ManualClock, region, silentLogger, vpcId } from "@fleetless/kernel";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Call } from "../../gateway/call.ts";
import type { OpenedStore } from "../../state/append/append-tables.ts";
import { openSqliteStore } from "../../state/sqlite/open.ts";
import type { Ec2Dependencies } from "./dependencies.ts";
import { acceptVpcPeeringConnection } from "./handlers/accept-vpc-peering-connection.ts";
import { attachInternetGateway } from "./handlers/attach-internet-gateway.ts";
import { authorizeSecurityGroupIngress } from "./handlers/authorize-security-group-ingress.ts";
import { createInternetGateway } from "./handlers/create-internet-gateway.ts";
import { createManagedPrefixList } from "./handlers/create-managed-prefix-list.ts";
import { createNetworkInterface } from "./handlers/create-network-interface.ts";
import { createRoute } from "./handlers/create-route.ts";
import { createRouteTable } from "./handlers/create-route-table.ts";
import { createSecurityGroup } from "./handlers/create-security-group.ts";
import { createSubnet } from "./handlers/create-subnet.ts";
import { createVpc } from "./handlers/create-vpc.ts";
import { createVpcBlockPublicAccessExclusion } from "./handlers/create-vpc-block-public-access-exclusion.ts";
import { createVpcEndpoint } from "./handlers/create-vpc-endpoint.ts";
import { createVpcPeeringConnection } from "./handlers/create-vpc-peering-connection.ts";
import { deleteNetworkInterface } from "./handlers/delete-network-interface.ts";
import { detachInternetGateway } from "./handlers/detach-internet-gateway.ts";
import { modifyManagedPrefixList } from "./handlers/modify-managed-prefix-list.ts";
import { modifyNetworkInterfaceAttribute } from "./handlers/modify-network-interface-attribute.ts";
import { modifyVpcBlockPublicAccessOptions } from "./handlers/modify-vpc-block-public-access-options.ts";
import { parseIpv4Network } from "./ipv4.ts";
import { interfaceChangedBy, readVpcInterfaces } from "./vpc-interfaces.ts";
import { readVpcSpec, vpcChangedBy } from "./vpc-spec.ts";

const scope = { accountId: accountId("123456789012"), region: region("eu-west-1") };
let directory: string;
let store: OpenedStore;
let dependencies: Ec2Dependencies;
let call: Call;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "fleetless-vpc-spec-"));
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
});

afterEach(async () => {
  await store.close();
  await rm(directory, { recursive: true, force: true });
});

const newVpc = async (CidrBlock: string): Promise<string> =>
  (await createVpc.handle({ CidrBlock }, call, dependencies)).Vpc?.VpcId ?? "";
const specOf = (id: string) => store.read((transaction) => readVpcSpec(transaction, vpcId(id)));

/** The VPCs that nodes are told anew after `work`. */
const toldAfter = async (work: () => Promise<unknown>): Promise<ReadonlySet<string | undefined>> => {
  const before = await store.latestSequence();
  await work();
  return new Set((await store.changes(before, 1000)).map(vpcChangedBy).filter((id) => id !== undefined));
};

it("tells a route to a detached gateway as a blackhole, at once", async () => {
  const VpcId = await newVpc("10.0.0.0/16");
  const gateway = await createInternetGateway.handle({}, call, dependencies);
  const InternetGatewayId = gateway.InternetGateway?.InternetGatewayId ?? "";
  const table = await createRouteTable.handle({ VpcId }, call, dependencies);
  const RouteTableId = table.RouteTable?.RouteTableId ?? "";
  const attach = () => attachInternetGateway.handle({ InternetGatewayId, VpcId }, call, dependencies);
  expect(await toldAfter(attach)).toEqual(new Set([VpcId]));
  const route = { RouteTableId, DestinationCidrBlock: "0.0.0.0/0", GatewayId: InternetGatewayId };
  await createRoute.handle(route, call, dependencies);
  const target = async () => {
    const routes = (await specOf(VpcId)).routeTables.find(({ id }) => id === RouteTableId)?.routes;
    return routes?.find(({ destination }) => destination === "0.0.0.0/0")?.target;
  };
  expect(await target()).toEqual({ kind: "internet-gateway", id: InternetGatewayId });
  const detach = () => detachInternetGateway.handle({ InternetGatewayId, VpcId }, call, dependencies);
  expect(await toldAfter(detach)).toEqual(new Set([VpcId]));
  expect(await target()).toEqual({ kind: "blackhole", id: InternetGatewayId });
});

it("writes out prefix lists, and tells their users of a change", async () => {
  const VpcId = await newVpc("10.0.0.0/16");
  const list = await createManagedPrefixList.handle(
    { PrefixListName: "l", AddressFamily: "IPv4", MaxEntries: 5, Entries: [{ Cidr: "203.0.113.0/24" }] },
    call,
    dependencies,
  );
  const PrefixListId = list.PrefixList?.PrefixListId ?? "";
  const group = await createSecurityGroup.handle({ VpcId, GroupName: "g", Description: "g" }, call, dependencies);
  const IpPermissions = [{ IpProtocol: "-1", PrefixListIds: [{ PrefixListId }] }];
  await authorizeSecurityGroupIngress.handle({ GroupId: group.GroupId, IpPermissions }, call, dependencies);
  const change = () =>
    modifyManagedPrefixList.handle({ PrefixListId, AddEntries: [{ Cidr: "10.9.0.0/16" }] }, call, dependencies);
  expect(await toldAfter(change)).toEqual(new Set([VpcId]));
  const spec = await specOf(VpcId);
  expect(spec.prefixLists).toEqual([{ id: PrefixListId, cidrs: ["203.0.113.0/24", "10.9.0.0/16"] }]);
  expect(spec.securityGroups.flatMap(({ ingress }) => ingress)).toContainEqual({
    protocol: "-1",
    peer: { kind: "prefix-list", prefixListId: PrefixListId },
  });
});

it("tells a peered VPC of the interfaces and blocks beyond the peering", async () => {
  const [VpcId, PeerVpcId] = [await newVpc("10.1.0.0/16"), await newVpc("10.2.0.0/16")];
  const asked = await createVpcPeeringConnection.handle({ VpcId, PeerVpcId }, call, dependencies);
  const { VpcPeeringConnectionId } = asked.VpcPeeringConnection ?? {};
  expect((await specOf(VpcId)).peerings).toEqual([]);
  const accept = () => acceptVpcPeeringConnection.handle({ VpcPeeringConnectionId }, call, dependencies);
  expect(await toldAfter(accept)).toEqual(new Set([VpcId, PeerVpcId]));
  const subnet = await createSubnet.handle({ VpcId: PeerVpcId, CidrBlock: "10.2.1.0/24" }, call, dependencies);
  const SubnetId = subnet.Subnet?.SubnetId;
  expect(await toldAfter(() => createNetworkInterface.handle({ SubnetId }, call, dependencies))).toEqual(
    new Set([VpcId, PeerVpcId]),
  );
  expect((await specOf(VpcId)).peerings).toMatchObject([
    {
      id: VpcPeeringConnectionId,
      peerVpcId: PeerVpcId,
      peerCidrs: ["10.2.0.0/16"],
      peerInterfaces: [{ privateAddress: "10.2.1.4" }],
    },
  ]);
});

it("gives a gateway endpoint's routes block by block", async () => {
  const VpcId = await newVpc("10.0.0.0/16");
  const table = await createRouteTable.handle({ VpcId }, call, dependencies);
  const RouteTableIds = [table.RouteTable?.RouteTableId ?? ""];
  const ServiceName = "com.amazonaws.eu-west-1.s3";
  const { VpcEndpoint } = await createVpcEndpoint.handle({ VpcId, ServiceName, RouteTableIds }, call, dependencies);
  const spec = await specOf(VpcId);
  const id = VpcEndpoint.VpcEndpointId ?? "";
  expect(spec.endpoints).toMatchObject([{ id, kind: "gateway", serviceName: ServiceName, interfaces: [] }]);
  const routes = spec.routeTables.find((one) => one.id === RouteTableIds[0])?.routes ?? [];
  expect(routes.filter(({ target }) => target.kind === "vpc-endpoint")).toEqual([
    { destination: "198.18.0.0/24", target: { kind: "vpc-endpoint", id } },
  ]);
});

it("tells interfaces that came, changed or went as the VPC read whole has them, unless a route leads to one", async () => {
  const VpcId = await newVpc("10.0.0.0/16");
  const subnet = await createSubnet.handle({ VpcId, CidrBlock: "10.0.1.0/24" }, call, dependencies);
  const SubnetId = subnet.Subnet?.SubnetId ?? "";
  const create = async () =>
    (await createNetworkInterface.handle({ SubnetId }, call, dependencies)).NetworkInterface?.NetworkInterfaceId ?? "";
  const [gone, regrouped] = [await create(), await create(), await create()];
  const group = await createSecurityGroup.handle({ VpcId, GroupName: "g", Description: "g" }, call, dependencies);
  const [known, before] = [await specOf(VpcId), await store.latestSequence()];
  await create();
  await deleteNetworkInterface.handle({ NetworkInterfaceId: gone }, call, dependencies);
  const Groups = [group.GroupId ?? ""];
  await modifyNetworkInterfaceAttribute.handle({ NetworkInterfaceId: regrouped, Groups }, call, dependencies);
  const changes = (await store.changes(before, 1000)).filter((change) => vpcChangedBy(change) !== undefined);
  const touched = new Set(changes.flatMap((change) => interfaceChangedBy(change) ?? []));
  const tell = () => store.read((transaction) => readVpcInterfaces(transaction, known.id, touched));
  const told = await tell();
  expect(told).toMatchObject({ changed: [{}, {}], removed: [gone] });
  expect(told && updateInterfaces(known, told)).toEqual(await specOf(VpcId));
  const RouteTableId = known.routeTables[0]?.id;
  const route = { RouteTableId, DestinationCidrBlock: "192.0.2.0/24", NetworkInterfaceId: regrouped };
  await createRoute.handle(route, call, dependencies);
  expect(await tell()).toBeUndefined();
});

it("tells what VPC Block Public Access leaves of a table, apart for subnets that are spared", async () => {
  const VpcId = await newVpc("10.0.0.0/16");
  const [one, two, three] = await Promise.all(
    [1, 2, 3].map(async (third) => {
      const made = await createSubnet.handle({ VpcId, CidrBlock: `10.0.${third}.0/24` }, call, dependencies);
      return made.Subnet?.SubnetId ?? "";
    }),
  );
  const access = async () => {
    const { subnets, routeTables } = await specOf(VpcId);
    expect(new Set(routeTables.map(({ id }) => id)).size).toBe(routeTables.length);
    return [one, two, three].map((id) => {
      const subnet = subnets.find((each) => each.id === id);
      return routeTables.find((each) => each.id === subnet?.routeTableId)?.publicAccess;
    });
  };
  const block = (InternetGatewayBlockMode: "off" | "block-bidirectional" | "block-ingress") =>
    modifyVpcBlockPublicAccessOptions.handle({ InternetGatewayBlockMode }, call, dependencies);
  expect(await access()).toEqual([undefined, undefined, undefined]);
  expect(await toldAfter(() => block("block-bidirectional"))).toContain(VpcId);
  expect(await access()).toEqual(["none", "none", "none"]);
  expect((await specOf(VpcId)).routeTables).toHaveLength(1);
  const spare = (SubnetId: string | undefined, mode: "allow-bidirectional" | "allow-egress") =>
    createVpcBlockPublicAccessExclusion.handle({ SubnetId, InternetGatewayExclusionMode: mode }, call, dependencies);
  expect(await toldAfter(() => spare(one, "allow-bidirectional"))).toEqual(new Set([VpcId]));
  await spare(two, "allow-egress");
  expect(await access()).toEqual([undefined, "outward", "none"]);
  const [main] = (await specOf(VpcId)).routeTables.filter(({ partOf }) => partOf === undefined);
  expect((await specOf(VpcId)).routeTables.map(({ partOf }) => partOf ?? main?.id)).toEqual(Array(3).fill(main?.id));
  await block("block-ingress");
  expect(await access()).toEqual([undefined, "outward", "outward"]);
  await block("off");
  expect(await access()).toEqual([undefined, undefined, undefined]);
});
