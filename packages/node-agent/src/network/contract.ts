import type { Socket } from "node:net";
import type { IpFamily } from "@fleetless/engine";
import type {
  HostedZoneUpdate,
  NetworkInterfaceSpec,
  PacketCapture,
  VpcId,
  VpcSpec,
  WorkloadId,
} from "@fleetless/kernel";
import type { NetworkFaults } from "../faults/fault-api.ts";
import type { SessionProcess } from "../runtime/session-process.ts";
import type { ConnectionDestination } from "./connector-protocol.ts";
import type { HostInVpc } from "./dns/host-in-vpc.ts";

export interface AttachedInterface {
  /** /run/netns/… of the task. */
  readonly networkNamespacePath: string;
  /** Of the family of the task's own address: IPv4 where it has both. */
  readonly gatewayAddress: string;
  /** Where the task has no IPv4 address: the one that it calls link-local services from. */
  readonly linkLocalAddress?: string;
  readonly nameservers: readonly string[];
  readonly searchDomains: readonly string[];
}

export interface InterfaceUsage {
  readonly receivedBytes: number;
  readonly receivedPackets: number;
  readonly receivedErrors: number;
  readonly receivedDropped: number;
  readonly sentBytes: number;
  readonly sentPackets: number;
  readonly sentErrors: number;
  readonly sentDropped: number;
}

/** The VPC data plane of one machine. Every call may be repeated after a crash. */
export interface TaskNetwork extends NetworkFaults {
  /**
   * Makes the node enforce these VPCs: all that are wanted, since others of this instance are taken down as
   * soon as nothing uses them. Rules and memberships are in force when it resolves; open connections stay.
   */
  apply(vpcs: readonly VpcSpec[]): Promise<void>;
  remove(vpc: VpcId): Promise<void>;
  /** The VPCs' resolvers answer by it when it returns. */
  applyHostedZones(update: HostedZoneUpdate): void;
  /**
   * The task's namespace as it will be: what is made in it may be made while the interface is attached. It stays
   * the same until `detach`, over a restart of the agent too.
   */
  reserve(
    workloadId: WorkloadId,
    networkInterface: NetworkInterfaceSpec,
    signal: AbortSignal,
  ): Promise<AttachedInterface>;
  /** The namespace with its interface up, addressed, filtered and routed; reserves it where nobody has. */
  attach(
    workloadId: WorkloadId,
    networkInterface: NetworkInterfaceSpec,
    signal: AbortSignal,
  ): Promise<AttachedInterface>;
  /** Where the task's namespace is there: gets ready to connect from it, so that `connect` need not wait for that. */
  prepareToConnect(workloadId: WorkloadId): void;
  /**
   * A connection from the task's attached interface, by its address, routes and name servers; it meets all that the
   * task's own would, and is the caller's to end. Rejects with DialError.
   */
  connect(workloadId: WorkloadId, destination: ConnectionDestination, signal: AbortSignal): Promise<Socket>;
  /** What a task in the VPC would find a host's name to be, told without a packet of its own. */
  findHost(vpc: VpcSpec, host: string, family?: IpFamily): Promise<HostInVpc>;
  /** Gives an attached interface back the address and the route that a gVisor sandbox took off it, which is gone now. */
  restore(workloadId: WorkloadId): Promise<void>;
  detach(workloadId: WorkloadId): Promise<void>;
  /** Workloads that have a namespace on this machine, attached or only reserved. */
  find(): Promise<readonly WorkloadId[]>;
  usage(workloadId: WorkloadId): Promise<InterfaceUsage>;
  /** The packets of an attached interface, as they pass between the task and its VPC. Rejects with what users are told. */
  capture(workloadId: WorkloadId, capture: PacketCapture): Promise<SessionProcess>;
  /** Takes down sockets and helpers; with `purge` every namespace, rule, route and address too. */
  close(options: { readonly purge: boolean }): Promise<void>;
}
