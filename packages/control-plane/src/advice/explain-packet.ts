import { decideFlow, decideReplies, describeHop, type Flow, type FlowDecision, type Hop } from "@fleetless/engine";
import type { VpcId, VpcSpec } from "@fleetless/kernel";
import { findNetworkInterface, networkInterfacesOf, readVpcSpec, type Scope } from "../services/ec2/service.ts";
import type { ReadTransaction, Store } from "../state/store.ts";

/** One end of a connection: an interface of a VPC, or an address in the world. */
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
  readonly privateAddress: string;
}

/** What one VPC says of a connection: of its first packet, then of the answers. */
interface Stage {
  readonly forward: FlowDecision;
  readonly back?: { readonly allowed: boolean; readonly hops: readonly Hop[] };
}

const protocolNumbers = { tcp: 6, udp: 17, icmp: 1 } as const;
/** ICMP's echo request. */
const echo = { icmpType: 8, icmpCode: 0 } as const;

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

  async place(id: string): Promise<Place> {
    const found = await findNetworkInterface(this.#transaction, id);
    if (found === undefined) throw new PacketQuestionError(`There is no network interface ${id}`);
    return { vpc: await this.vpc(found.vpcId), privateAddress: found.privateAddress };
  }

  /** The interface that the world reaches at the address. */
  async reachedAt(scope: Scope, address: string): Promise<Place | undefined> {
    const all = await networkInterfacesOf(this.#transaction, scope);
    const found = all.find(({ publicAddress }) => publicAddress === address);
    return found === undefined ? undefined : { vpc: await this.vpc(found.vpcId), privateAddress: found.privateAddress };
  }
}

const flowOf = ({ protocol, port, sourcePort }: PacketQuestion, source: string, destination: string): Flow => ({
  source,
  destination,
  protocol: protocolNumbers[protocol],
  ...(protocol === "icmp" ? echo : {}),
  ...(port === undefined ? {} : { destinationPort: port }),
  ...(sourcePort === undefined ? {} : { sourcePort }),
});

/** What one VPC after the other says: the sender's, then the receiver's where the world lies between them. */
const walk = async (reader: Reader, scope: Scope, question: PacketQuestion): Promise<readonly Stage[]> => {
  const { from, to } = question;
  const sender = "interface" in from ? await reader.place(from.interface) : undefined;
  const named = "interface" in to ? await reader.place(to.interface) : undefined;
  const receiver = named ?? ("address" in to ? await reader.reachedAt(scope, to.address) : undefined);
  const destination = "address" in to ? to.address : (named?.privateAddress ?? "");
  if (sender === undefined) {
    if (receiver === undefined) throw new PacketQuestionError("Neither end is a network interface of a VPC");
    const source = "address" in from ? from.address : "";
    return [await reader.decide(receiver.vpc, flowOf(question, source, receiver.privateAddress))];
  }
  const outward = await reader.decide(sender.vpc, flowOf(question, sender.privateAddress, destination));
  const throughTheWorld = named === undefined && receiver !== undefined && outward.forward.arrives !== undefined;
  if (!throughTheWorld) return [outward];
  const { source } = outward.forward.arrives;
  const isTranslated = outward.forward.hops.some(({ kind }) => kind === "nat-gateway");
  const seen = flowOf(question, source, receiver.privateAddress);
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
    const stages = await walk(new Reader(transaction), scope, question);
    const arrives = stages.every(({ forward }) => forward.allowed);
    const back = arrives ? waysBack(stages) : [];
    return {
      allowed: arrives && back.every(({ allowed }) => allowed),
      arrives,
      hops: stages.flatMap(({ forward }) => forward.hops.map(explained)),
      hopsBack: back.flatMap(({ hops }) => hops.map(explained)),
    };
  });
