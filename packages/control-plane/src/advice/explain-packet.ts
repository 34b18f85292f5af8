import { decideFlow, describeHop, type Flow, type FlowDecision } from "@fleetless/engine";
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
}

/** Whether the first packet of a connection gets there, and one line for each place that it meets. */
export interface PacketExplanation {
  readonly allowed: boolean;
  readonly hops: readonly { readonly allowed: boolean; readonly vpcId: VpcId; readonly text: string }[];
}

/** What is asked about is not there. The message is for people. */
export class PacketQuestionError extends Error {
  override readonly name = "PacketQuestionError";
}

interface Place {
  readonly vpc: VpcSpec;
  readonly privateAddress: string;
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
  async decide(vpc: VpcSpec, flow: Flow): Promise<FlowDecision> {
    for (const { peerVpcId } of vpc.peerings) await this.vpc(peerVpcId);
    return decideFlow(vpc, flow, (peering, of) => {
      const peer = of.peerings.find(({ id }) => id === peering)?.peerVpcId;
      return peer === undefined ? undefined : this.#vpcs.get(peer);
    });
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

const flowOf = ({ protocol, port }: PacketQuestion, source: string, destination: string): Flow => ({
  source,
  destination,
  protocol: protocolNumbers[protocol],
  ...(protocol === "icmp" ? echo : {}),
  ...(port === undefined ? {} : { destinationPort: port }),
});

/** What one VPC after the other says: the sender's, then the receiver's where the world lies between them. */
const walk = async (reader: Reader, scope: Scope, question: PacketQuestion): Promise<readonly FlowDecision[]> => {
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
  const throughTheWorld = named === undefined && receiver !== undefined && outward.arrives !== undefined;
  if (!throughTheWorld) return [outward];
  const { source } = outward.arrives;
  return [outward, await reader.decide(receiver.vpc, flowOf(question, source, receiver.privateAddress))];
};

/**
 * Whether a connection may be opened between two places, told hop by hop from the VPCs as they are configured now.
 * The account and region are those of public addresses. Throws PacketQuestionError.
 */
export const explainPacket = (store: Store, scope: Scope, question: PacketQuestion): Promise<PacketExplanation> =>
  store.read(async (transaction) => {
    const decisions = await walk(new Reader(transaction), scope, question);
    return {
      allowed: decisions.every(({ allowed }) => allowed),
      hops: decisions.flatMap(({ hops }) =>
        hops.map((hop) => ({ allowed: hop.allowed, vpcId: hop.vpcId, text: describeHop(hop) })),
      ),
    };
  });
