import { Socket as DatagramSocket } from "node:dgram";
import { setTimeout as sleep } from "node:timers/promises";
import { decideFlow, decideReplies, describeHop, type Flow } from "@fleetless/engine";
import { type InterfaceMembership, newEc2Id, subnetId, type VpcSpec, vpcId } from "@fleetless/kernel";
import fc from "fast-check";
import { expect, it } from "vitest";
import { peered, vpcPairsIn } from "../../../packages/engine/src/network/testing/random-vpc.ts";
import { openSockets } from "../../../packages/node-agent/src/network/vpc-sockets.ts";
import { type AttachedTask, allTraffic, group, interfaceIn, useNetwork, vpcWith } from "./fixture.ts";

const fixture = useNetwork();

const rounds = 16;
const ports = [80, 443];
const senderPort = 40_000;

interface Station {
  readonly task: AttachedTask;
  readonly sockets: ReadonlyMap<number, DatagramSocket>;
}

const answer = "answer to ";
/** What arrived, by the text of the datagram: from which address, at which station. */
const arrivals = new Map<string, string>();

const station = async (task: AttachedTask): Promise<Station> => {
  const namespace = task.attached.networkNamespacePath.replace(/.*\//, "");
  const requests = [...ports, senderPort].map((port) => ({ protocol: "udp", address: "0.0.0.0", port }) as const);
  const sockets = new Map<number, DatagramSocket>();
  for (const { request, socket } of await openSockets(namespace, requests)) {
    if (!(socket instanceof DatagramSocket)) throw new Error("no datagram socket");
    socket.on("message", (message, from) => {
      const text = message.toString();
      arrivals.set(text, `${from.address} at ${task.address}`);
      if (!text.startsWith(answer)) socket.send(answer + text, from.port, from.address, () => undefined);
    });
    socket.on("error", () => undefined);
    sockets.set(request.port, socket);
  }
  return { task, sockets };
};

let packets = 0;

/** Sends a datagram with a text of its own; answers the text. */
const send = (from: Station, address: string, port: number): string => {
  packets += 1;
  const text = `packet ${packets}`;
  from.sockets.get(senderPort)?.send(text, port, address, () => undefined);
  return text;
};

interface Probe {
  readonly text: string;
  readonly expected: string | undefined;
  /** Whether its answer comes back. */
  readonly isAnswered: boolean;
  readonly told: string;
}

it("does with packets what reachability says, through random VPCs and their changes", async () => {
  const open = group([allTraffic]);
  const outside = `${fixture.publicPrefix}.240`;
  const world = {
    blocks: [`${fixture.publicPrefix}.0/24`, `${fixture.publicPrefix}.128/25`, "198.51.100.0/24"],
    ipv6Blocks: [],
    publicAddress: (second: number, number: number) => `${fixture.publicPrefix}.${second * 100 + number}`,
  };
  const seed = Date.now() % 2 ** 31;
  const samples = fc.sample(vpcPairsIn(world), { numRuns: rounds, seed });
  const ids = [vpcId(newEc2Id("vpc")), vpcId(newEc2Id("vpc"))] as const;
  /** Five in each VPC, in every subnet, most with a public address. */
  const places = ids.map((id, second) =>
    [1, 1, 2, 2, 3].map((third, index): InterfaceMembership => {
      const vpc = {
        ...vpcWith([]),
        id,
        subnets: (samples[0]?.[0].subnets ?? []).map((each) => ({
          ...each,
          cidr: each.cidr.replace("10.0.", `10.${second}.`),
        })),
      };
      const spec = interfaceIn(vpc, `10.${second}.${third}.${index + 10}`, []);
      const shown = index === 4 ? {} : { publicAddress: world.publicAddress(second, index + 1) };
      return { ...spec, ...shown, subnetId: subnetId(`subnet-${third}`) };
    }),
  );
  /** The sample's tables, groups and ACLs around the interfaces that stay. */
  const pairOf = ([one, other]: readonly [VpcSpec, VpcSpec]): readonly [VpcSpec, VpcSpec] => {
    const [here, there] = [one, other].map((vpc, index): VpcSpec => {
      const groups = vpc.interfaces.map((each) => each.securityGroupIds);
      const all = vpc.securityGroups.map((each) => each.id);
      return {
        ...vpc,
        id: ids[index] ?? vpc.id,
        interfaces: (places[index] ?? []).map((place, each) => ({ ...place, securityGroupIds: groups[each] ?? all })),
      };
    });
    if (here === undefined || there === undefined) throw new Error("no pair");
    return [peered(here, there), peered(there, here)];
  };
  const worldVpc = vpcWith([open]);
  const pairs = samples.map(pairOf);
  await fixture.network.apply([worldVpc, ...(pairs[0] ?? [])]);
  const beyond = await station(await fixture.attach(interfaceIn(worldVpc, "10.0.1.10", [open], outside)));
  const stations = new Map<string, Station>();
  for (const vpc of pairs[0] ?? []) {
    for (const member of vpc.interfaces) {
      const spec = { ...interfaceIn(vpc, member.privateAddress, []), ...member };
      stations.set(member.privateAddress, await station(await fixture.attach(spec)));
    }
  }

  const probes = (vpc: VpcSpec, other: VpcSpec): readonly Probe[] => {
    const known = (_: string, asked: VpcSpec): VpcSpec => (asked.id === vpc.id ? other : vpc);
    const probe = (from: Station, address: string, flow: Flow, at: string): Probe => {
      const decision = decideFlow(vpc, flow, known);
      const { arrives, hops } = decision;
      const replies = decideReplies(vpc, flow, decision, known);
      const met = [...hops, ...(replies?.hops ?? [])].map(describeHop);
      const told = [`${flow.source} to ${flow.destination}:${flow.destinationPort}`, ...met];
      // Beyond an internet gateway nobody has a private address.
      const ends = flow.destination === outside || hops.at(-1)?.kind === "network-interface";
      const expected = arrives === undefined || !ends ? undefined : `${arrives.source} at ${at}`;
      const isAnswered = expected !== undefined && replies?.allowed === true;
      return { text: send(from, address, flow.destinationPort ?? 0), expected, isAnswered, told: told.join("\n") };
    };
    const made: Probe[] = [];
    const kind = { protocol: 17, sourcePort: senderPort };
    for (const member of vpc.interfaces) {
      const from = stations.get(member.privateAddress);
      if (from === undefined) continue;
      const near = { ...kind, source: member.privateAddress };
      for (const destinationPort of ports) {
        for (const { privateAddress } of [...vpc.interfaces, ...other.interfaces]) {
          if (privateAddress === member.privateAddress) continue;
          made.push(
            probe(from, privateAddress, { ...near, destination: privateAddress, destinationPort }, privateAddress),
          );
        }
        made.push(probe(from, outside, { ...near, destination: outside, destinationPort }, beyond.task.address));
        if (member.publicAddress === undefined) continue;
        const inward = { ...kind, source: outside, destination: member.privateAddress, destinationPort };
        made.push(probe(beyond, member.publicAddress, inward, member.privateAddress));
      }
    }
    return made;
  };

  let delivered = 0;
  let answered = 0;
  for (const [round, [one, other]] of pairs.entries()) {
    await fixture.network.apply([worldVpc, one, other]);
    const made = [...probes(one, other), ...probes(other, one)];
    const settled = () =>
      made.every(
        ({ text, expected, isAnswered }) =>
          (expected === undefined || arrivals.has(text)) && (!isAnswered || arrivals.has(answer + text)),
      );
    for (let tries = 0; tries < 30 && !settled(); tries += 1) await sleep(100);
    // For what must not arrive.
    await sleep(100);
    for (const { text, expected, isAnswered, told } of made) {
      expect(arrivals.has(answer + text), `answer in round ${round} of seed ${seed}: ${told}`).toBe(isAnswered);
      if (isAnswered) answered += 1;
      expect(arrivals.get(text), `round ${round} of seed ${seed}: ${told}`).toBe(expected);
      if (expected !== undefined) delivered += 1;
    }
  }
  for (const { sockets } of [beyond, ...stations.values()]) for (const socket of sockets.values()) socket.close();
  // Neither all nor nothing passes, or the property would say little.
  expect(packets).toBeGreaterThan(2_000);
  expect(delivered).toBeGreaterThan(100);
  expect(answered).toBeGreaterThan(50);
  expect(answered).toBeLessThan(delivered);
  expect(delivered).toBeLessThan(packets / 2);
});
