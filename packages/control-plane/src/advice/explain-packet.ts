import {
  canonicalAddress,
  decideFlow,
  decideReplies,
  describeHop,
  type Flow,
  type FlowDecision,
  familyOf,
  type Hop,
  type IpFamily,
} from "@fleetless/engine";
import type { VpcId, VpcSpec } from "@fleetless/kernel";
import {
  findNetworkInterface,
  type NetworkInterfaceRecord,
  networkInterfacesOf,
  readVpcSpec,
  type Scope,
} from "../services/ec2/service.ts";
import type { ReadTransaction, Store } from "../state/store.ts";

/**
 * One end of a connection: an interface of a VPC, or an address in the world. One of IPv6, which is the same everywhere,
 * may be an interface's; where either end is one, or is an interface of IPv6 alone, the other's IPv6 address is meant too.
 */
export type PacketEnd = { readonly interface: string } | { readonly address: string };

export interface PacketQuestion {
  readonly from: PacketEnd;
  readonly to: PacketEnd;
  readonly protocol: "tcp" | "udp" | "icmp";
  /** Of the destination; none for ICMP. */
  readonly port?: number;
  /** Of the sender; any of the ephemeral ones where it is not told. */
  readonly sourcePort?: number;
}

interface ExplainedHop {
  readonly allowed: boolean;
  readonly vpcId: VpcId;
  readonly text: string;
}

/** Whether a connection comes about, and one line for each place that its packets meet. */
export interface PacketExplanation {
  /** Its first packet gets there, and the answers come back. */
  readonly allowed: boolean;
  readonly arrives: boolean;
  readonly hops: readonly ExplainedHop[];
  /** Of the answers; none where the first packet does not arrive. */
  readonly hopsBack: readonly ExplainedHop[];
}

/** What is asked about is not there. The message is for people. */
export class PacketQuestionError extends Error {
  override readonly name = "PacketQuestionError";
}

interface Place {
  readonly vpc: VpcSpec;
  readonly address: string;
}

/** What one VPC says of a connection: of its first packet, then of the answers. */
interface Stage {
  readonly forward: FlowDecision;
  readonly back?: { readonly allowed: boolean; readonly hops: readonly Hop[] };
}

const protocolNumbers = { tcp: 6, udp: 17 } as const;
/** ICMP's echo request. */
const echoes = {
  ipv4: { protocol: 1, icmpType: 8, icmpCode: 0 },
  ipv6: { protocol: 58, icmpType: 128, icmpCode: 0 },
} as const;

class Reader {
  readonly #transaction: ReadTransaction;
  readonly #vpcs = new Map<VpcId, VpcSpec>();

  constructor(transaction: ReadTransaction) {
    this.#transaction = transaction;
  }

  async vpc(id: VpcId): Promise<VpcSpec> {
    const vpc = this.#vpcs.get(id) ?? (await readVpcSpec(this.#transaction, id));
    this.#vpcs.set(id, vpc);
    return vpc;
  }

  /** Decides with the VPCs beyond the peerings of this one at hand. */
  async decide(vpc: VpcSpec, flow: Flow): Promise<Stage> {
    for (const { peerVpcId } of vpc.peerings) await this.vpc(peerVpcId);
    const known = (peering: string, of: VpcSpec): VpcSpec | undefined => {
      const peer = of.peerings.find(({ id }) => id === peering)?.peerVpcId;
      return peer === undefined ? undefined : this.#vpcs.get(peer);
    };
    const forward = decideFlow(vpc, flow, known);
    const back = decideReplies(vpc, flow, forward, known);
    return { forward, ...(back === undefined ? {} : { back }) };
  }

  async #interface(id: string): Promise<NetworkInterfaceRecord> {
    const found = await findNetworkInterface(this.#transaction, id);
    if (found === undefined) throw new PacketQuestionError(`There is no network interface ${id}`);
    return found;
  }

  async isIpv6Only(id: string): Promise<boolean> {
    return (await this.#interface(id)).privateAddress === undefined;
  }

  async place(id: string, family: IpFamily): Promise<Place> {
    const found = await this.#interface(id);
    const address = family === "ipv4" ? found.privateAddress : found.ipv6Addresses?.[0];
    if (address === undefined) {
      const name = family === "ipv4" ? "IPv4" : "IPv6";
      throw new PacketQuestionError(`The network interface ${id} has no ${name} address`);
    }
    return { vpc: await this.vpc(found.vpcId), address };
  }

  /** The interface that the world reaches at the address. */
  async reachedAt(scope: Scope, address: string): Promise<Place | undefined> {
    const all = await networkInterfacesOf(this.#transaction, scope);
    const found = all.find((each) => each.publicAddress === address || each.ipv6Addresses?.includes(address));
    const own = familyOf(address) === "ipv6" ? address : found?.privateAddress;
    if (found === undefined || own === undefined) return undefined;
    return { vpc: await this.vpc(found.vpcId), address: own };
  }
}

const flowOf = ({ protocol, port, sourcePort }: PacketQuestion, source: string, destination: string): Flow => ({
  source,
  destination,
  ...(protocol === "icmp" ? echoes[familyOf(source)] : { protocol: protocolNumbers[protocol] }),
  ...(port === undefined ? {} : { destinationPort: port }),
  ...(sourcePort === undefined ? {} : { sourcePort }),
});

/** Throws PacketQuestionError where one end is of IPv6 and the other is an address of IPv4. */
const questionFamily = async (reader: Reader, { from, to }: PacketQuestion): Promise<IpFamily> => {
  const families = new Set([from, to].flatMap((end) => ("address" in end ? [familyOf(end.address)] : [])));
  if (families.size > 1) throw new PacketQuestionError("One end is an IPv4 address and the other one of IPv6");
  const [named] = families;
  if (named !== undefined) return named;
  for (const end of [from, to]) if ("interface" in end && (await reader.isIpv6Only(end.interface))) return "ipv6";
  return "ipv4";
};

/** One address of IPv6 may be written in many ways. Throws PacketQuestionError where it is none. */
const canonicalEnd = (end: PacketEnd): PacketEnd => {
  if ("interface" in end) return end;
  const address = canonicalAddress(end.address);
  if (address === undefined) throw new PacketQuestionError(`${end.address} is not an address that packets have`);
  return { address };
};

const isGateway = (hop: Hop | undefined): boolean =>
  hop?.kind === "internet-gateway" || hop?.kind === "egress-only-internet-gateway";

/** What one VPC after the other says: the sender's, then the receiver's where the world lies between them. */
const walk = async (reader: Reader, scope: Scope, question: PacketQuestion): Promise<readonly Stage[]> => {
  const { from, to } = question;
  const family = await questionFamily(reader, question);
  const owner = async (end: PacketEnd): Promise<Place | undefined> =>
    "interface" in end ? reader.place(end.interface, family) : undefined;
  const byAddress = async (end: PacketEnd): Promise<Place | undefined> =>
    "address" in end ? reader.reachedAt(scope, end.address) : undefined;
  const sender = (await owner(from)) ?? (family === "ipv6" ? await byAddress(from) : undefined);
  const named = await owner(to);
  const receiver = named ?? (await byAddress(to));
  const destination = "address" in to ? to.address : (named?.address ?? "");
  if (sender === undefined) {
    if (receiver === undefined) throw new PacketQuestionError("Neither end is a network interface of a VPC");
    const source = "address" in from ? from.address : "";
    return [await reader.decide(receiver.vpc, flowOf(question, source, receiver.address))];
  }
  const outward = await reader.decide(sender.vpc, flowOf(question, sender.address, destination));
  if (receiver === undefined || outward.forward.arrives === undefined) return [outward];
  // Of IPv6 an interface has the same address in the world as at home.
  const throughTheWorld = family === "ipv6" ? isGateway(outward.forward.hops.at(-1)) : named === undefined;
  if (!throughTheWorld) return [outward];
  const { source } = outward.forward.arrives;
  const isTranslated = outward.forward.hops.some(({ kind }) => kind === "nat-gateway");
  const seen = flowOf(question, source, receiver.address);
  // A NAT gateway takes a port of its own.
  const { sourcePort: _, ...anyPort } = seen;
  return [outward, await reader.decide(receiver.vpc, isTranslated ? anyPort : seen)];
};

const explained = (hop: Hop): ExplainedHop => ({ allowed: hop.allowed, vpcId: hop.vpcId, text: describeHop(hop) });

/** From the receiver's VPC to the sender's, up to where the answers are stopped. */
const waysBack = (stages: readonly Stage[]): readonly NonNullable<Stage["back"]>[] => {
  const all = stages.toReversed().flatMap(({ back }) => back ?? []);
  const stop = all.findIndex(({ allowed }) => !allowed);
  return stop < 0 ? all : all.slice(0, stop + 1);
};

/**
 * Whether a connection may be opened between two places, told hop by hop from the VPCs as they are configured now.
 * The account and region are those of public addresses. Throws PacketQuestionError.
 */
export const explainPacket = (store: Store, scope: Scope, question: PacketQuestion): Promise<PacketExplanation> =>
  store.read(async (transaction) => {
    const asked = { ...question, from: canonicalEnd(question.from), to: canonicalEnd(question.to) };
    const stages = await walk(new Reader(transaction), scope, asked);
    const arrives = stages.every(({ forward }) => forward.allowed);
    const back = arrives ? waysBack(stages) : [];
    return {
      allowed: arrives && back.every(({ allowed }) => allowed),
      arrives,
      hops: stages.flatMap(({ forward }) => forward.hops.map(explained)),
      hopsBack: back.flatMap(({ hops }) => hops.map(explained)),
    };
  });
