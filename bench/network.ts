import process from "node:process";
import { defaultFlowLogFormat, updateInterfaces } from "@fleetless/engine";
import type { InterfaceMembership, SecurityGroupRuleSpec, SecurityGroupSpec, VpcSpec } from "@fleetless/kernel";
import { table } from "../packages/cli/src/output.ts";
import { networkNames } from "../packages/node-agent/src/network/names.ts";
import {
  type AttachedTask,
  allTraffic,
  execute,
  group,
  interfaceIn,
  membershipOf,
  NetworkFixture,
  tcp,
  vpcWith,
} from "../tests/integration/network/fixture.ts";
import { addressTranslated, barePath, betweenContainers, worldDevice, worldOf } from "./network/paths.ts";
import { type Place, serveSink, startClient, type TrafficClient } from "./network/traffic.ts";

/**
 * What the rules of a VPC cost: throughput and connections per second between two tasks beside the same veths, routes
 * and namespaces without any rule; many rules beside few; how long a change of rules and the attachment of an interface
 * take with many interfaces on the node.
 */
const pieces = 11;
const port = 5001;

const median = (values: readonly number[]): number =>
  [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;

const rows: string[][] = [["network", "with", "beside", "ratio", "goal"]];
const row = (name: string, one: number, other: number, unit: (value: number) => string, goal: number): void => {
  const ratio = one / other;
  rows.push([name, unit(one), unit(other), ratio.toFixed(2), `>= ${goal}: ${ratio >= goal ? "met" : "missed"}`]);
};
const gigabits = (value: number): string => `${((value * 8) / 1e9).toFixed(1)} Gbit/s`;
const perSecond = (value: number): string => `${Math.round(value)} /s`;
const milliseconds = (value: number): string => `${value.toFixed(1)} ms`;

interface Pair {
  readonly client: TrafficClient;
  readonly address: string;
  /** Makes the path what it is to be for the next piece. */
  readonly prepare: () => Promise<void>;
}

type Measure = (pair: Pair) => Promise<number>;

const throughput: Measure = ({ client, address }) => client.throughput(address, port, 400);
/** Within the allowance of new connections that an interface has. */
const connectionRate: Measure = ({ client, address }) => client.connectionRate(address, port, 200);

/** Medians of pieces that take turns, so that a busy moment of the machine meets both; the first turn is for warmth. */
const compare = async (one: Pair, other: Pair, measure: Measure): Promise<readonly [number, number]> => {
  const values: [number[], number[]] = [[], []];
  for (let piece = 0; piece <= pieces; piece += 1) {
    for (const [index, pair] of [one, other].entries()) {
      await pair.prepare();
      const value = await measure(pair);
      if (piece > 0) values[index === 0 ? 0 : 1].push(value);
    }
  }
  return [median(values[0]), median(values[1])];
};

const nft = async (namespace: string, script: string): Promise<void> => {
  const within = [`--net=/run/netns/${namespace}`];
  const { exitCode, stderr } = await execute(undefined, ["nsenter", ...within, "nft", "-f", "-"], script);
  if (exitCode !== 0) throw new Error(stderr);
};

const listing = async (namespace: string): Promise<string> =>
  (await execute(undefined, ["nsenter", `--net=/run/netns/${namespace}`, "nft", "list", "ruleset"])).stdout;

const manyRules = (count: number): readonly SecurityGroupRuleSpec[] =>
  Array.from({ length: count - 1 }, (_, index) =>
    tcp(10_000 + (index % 50_000), { kind: "cidr", cidr: `10.${1 + (index % 200)}.${Math.floor(index / 200)}.0/24` }),
  );

/** Many rules that do not match, then the one that does. */
const groupOf = (count: number): SecurityGroupSpec => group([...manyRules(count), tcp(port)]);

/** Ends servers and takes down what was made, the last first, whatever becomes of the measurement. */
type Stops = (() => void | Promise<void>)[];

const noChange = async (): Promise<void> => undefined;

const clientIn = (place: Place, stops: Stops): TrafficClient => {
  const client = startClient(place);
  stops.push(client.close);
  return client;
};

/** Forgets which connections each interface began, so that no piece meets its allowance. */
const forgetConnections =
  (fixture: NetworkFixture, { id }: VpcSpec) =>
  () =>
    nft(networkNames(fixture.instance).vpcNamespace(id), "flush set inet vpc new-connections\n");

const measures = [
  ["throughput", throughput, gigabits],
  ["connections", connectionRate, perSecond],
] as const;

/** Knows connections and decides nothing: what any stateful filter begins with. */
const trackingOnly = `table inet tracking {
  chain forward { type filter hook forward priority 0; ct state established,related accept; }
}
`;

const toOutside = async (fixture: NetworkFixture, stops: Stops, world: Place): Promise<void> => {
  const { client, vpc } = await addressTranslated(fixture);
  const bare = await barePath(stops);
  stops.push(await serveSink(world, port), await serveSink(bare.world, port));
  const prepare = forgetConnections(fixture, vpc);
  const translated: Pair = { client: clientIn(client, stops), address: world.address, prepare };
  const plain: Pair = { client: clientIn(bare.client, stops), address: bare.world.address, prepare: noChange };
  for (const [name, measure, unit] of measures) {
    row(`${name} to the outside, NAT beside none`, ...(await compare(translated, plain, measure)), unit, 0.95);
  }
};

const placeOf = ({ attached, address }: AttachedTask): Place => ({ ...attached, address });

const betweenTasks = async (fixture: NetworkFixture, stops: Stops): Promise<void> => {
  const [few, many] = [groupOf(10), groupOf(5_000)];
  const plain = vpcWith([few]);
  const crowded = vpcWith([many]);
  await fixture.network.apply([plain, crowded]);
  const ends: Pair[] = [];
  for (const [vpc, rules] of [
    [plain, few],
    [crowded, many],
  ] as const) {
    const client = clientIn(placeOf(await fixture.attach(interfaceIn(vpc, "10.0.1.10", [rules]))), stops);
    const server = placeOf(await fixture.attach(interfaceIn(vpc, "10.0.1.11", [rules])));
    stops.push(await serveSink(server, port));
    ends.push({ client, address: server.address, prepare: forgetConnections(fixture, vpc) });
  }
  const docker = await betweenContainers(stops);
  const containers: Pair | undefined =
    "reason" in docker
      ? undefined
      : { client: clientIn(docker.client, stops), address: docker.server.address, prepare: noChange };
  if ("reason" in docker) process.stdout.write(`No Docker beside it: ${docker.reason}\n`);
  else stops.push(await serveSink(docker.server, port));
  const [withFew, withMany] = ends;
  if (withFew === undefined || withMany === undefined) throw new Error("no tasks");
  const namespace = networkNames(fixture.instance).vpcNamespace(plain.id);
  const rules = await listing(namespace);
  const bare: Pair = { ...withFew, prepare: () => nft(namespace, "flush ruleset\n") };
  const tracked: Pair = { ...withFew, prepare: () => nft(namespace, `flush ruleset\n${trackingOnly}`) };
  const ruled: Pair = { ...withFew, prepare: () => nft(namespace, `flush ruleset\n${rules}`) };
  for (const [name, measure, unit] of measures) {
    row(`${name} between tasks, rules beside none`, ...(await compare(ruled, bare, measure)), unit, 0.95);
    row(`${name}, rules beside tracking alone`, ...(await compare(ruled, tracked, measure)), unit, 0.95);
    if (containers !== undefined)
      row(`${name}, beside Docker's bridge`, ...(await compare(ruled, containers, measure)), unit, 0.95);
    await ruled.prepare();
    row(`${name}, 5000 rules beside ten`, ...(await compare(withMany, withFew, measure)), unit, 0.9);
  }
};

/** The same two tasks with a flow log of their VPC that counts each packet at both ends, and without. */
const withFlowLogs = async (fixture: NetworkFixture, stops: Stops): Promise<void> => {
  const open = group([allTraffic]);
  const plain = vpcWith([open]);
  const flowLog = {
    id: "fl-1",
    resourceId: plain.id,
    traffic: "ALL",
    aggregationSeconds: 60,
    format: defaultFlowLogFormat,
  } as const;
  await fixture.network.apply([plain]);
  const client = clientIn(placeOf(await fixture.attach(interfaceIn(plain, "10.0.1.10", [open]))), stops);
  const server = placeOf(await fixture.attach(interfaceIn(plain, "10.0.2.10", [open])));
  const { address } = server;
  stops.push(await serveSink(server, port));
  const pairWith = (vpc: VpcSpec): Pair => ({
    client,
    address,
    prepare: async () => {
      await fixture.network.apply([structuredClone(vpc)]);
      await forgetConnections(fixture, vpc)();
    },
  });
  const [logged, bare] = [pairWith({ ...plain, flowLogs: [flowLog] }), pairWith(plain)];
  row("throughput, flow logs beside none", ...(await compare(logged, bare, throughput)), gigabits, 0.95);
  row("connections, flow logs beside none", ...(await compare(logged, bare, connectionRate)), perSecond, 0.85);
};

const others = (count: number, groups: readonly SecurityGroupSpec[]): readonly InterfaceMembership[] =>
  Array.from({ length: count }, (_, index) =>
    membershipOf(interfaceIn(vpcWith([]), `10.0.2.${index % 250}`, [groups[index % groups.length] ?? group([])])),
  ).map((member, index) => ({ ...member, privateAddress: `10.0.${16 + Math.floor(index / 250)}.${index % 250}` }));

const changesAndLaunches = async (fixture: NetworkFixture, count: number) => {
  const groups = Array.from({ length: 10 }, () => group([allTraffic]));
  const self = groups.map(
    (each): SecurityGroupSpec => ({
      ...each,
      ingress: [{ protocol: "-1", peer: { kind: "group", groupId: each.id } }],
    }),
  );
  let vpc: VpcSpec = { ...vpcWith(self), interfaces: others(count, self) };
  await fixture.network.apply([vpc]);
  await Promise.all(
    vpc.interfaces.map((member) =>
      fixture.attach({
        ...interfaceIn(vpcWith([]), "10.0.2.1", []),
        ...member,
        vpcId: vpc.id,
        subnetCidr: "10.0.0.0/16",
      }),
    ),
  );
  const changes: number[] = [];
  for (let each = 0; each < 15; each += 1) {
    const changed = self.map((one, index) => (index === 0 ? { ...one, ingress: [tcp(80 + each)] } : one));
    vpc = structuredClone({ ...vpc, securityGroups: changed });
    const from = performance.now();
    await fixture.network.apply([vpc]);
    changes.push(performance.now() - from);
  }
  const launches: number[] = [];
  for (let each = 0; each < 15; each += 1) {
    const spec = interfaceIn(vpc, `10.0.1.${each + 10}`, self.slice(0, 1));
    vpc = updateInterfaces(vpc, { vpcId: vpc.id, changed: [membershipOf(spec)], removed: [] });
    await new Promise((resolve) => setTimeout(resolve, 300));
    const from = performance.now();
    const [task] = await Promise.all([fixture.attach(spec), fixture.network.apply([vpc])]);
    launches.push(performance.now() - from);
    await fixture.network.detach(task.workloadId);
  }
  return { change: median(changes), launch: median(launches) };
};

const withFixture = async <Value>(
  work: (fixture: NetworkFixture, stops: Stops) => Promise<Value>,
  options: Parameters<NetworkFixture["open"]>[0] = {},
): Promise<Value> => {
  const stops: Stops = [];
  const fixture = await new NetworkFixture().open({
    auditMilliseconds: 600_000,
    poolSize: 32,
    deliverFlowRecords: async () => ({ ok: true, value: undefined }),
    ...options,
  });
  try {
    return await work(fixture, stops);
  } finally {
    for (const stop of stops.toReversed()) await stop();
    await fixture.dispose();
  }
};

await withFixture(betweenTasks);
await withFixture(withFlowLogs);
const outside: Stops = [];
try {
  const world = await worldOf(outside);
  await withFixture((fixture, stops) => toOutside(fixture, stops, world), { externalInterfaces: [worldDevice] });
} finally {
  for (const stop of outside) await stop();
}
const few = await withFixture((fixture) => changesAndLaunches(fixture, 10));
const many = await withFixture((fixture) => changesAndLaunches(fixture, 1_000));
const within = (value: number, limit: number): string => (value < limit ? "met" : "missed");
rows.push([
  "a rule changes, 1000 interfaces beside ten",
  milliseconds(many.change),
  milliseconds(few.change),
  (many.change / few.change).toFixed(2),
  `< 50 ms: ${within(many.change, 50)}`,
]);
rows.push([
  "an interface is attached, 1000 beside ten",
  milliseconds(many.launch),
  milliseconds(few.launch),
  (many.launch / few.launch).toFixed(2),
  `<= 1.10: ${within(many.launch / few.launch, 1.1)}`,
]);
process.stdout.write(`${table(rows)}\n`);
