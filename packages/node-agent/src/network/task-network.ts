import type { Socket } from "node:net";
import { join } from "node:path";
import type { IpFamily } from "@fleetless/engine";
import type {
  HostedZoneUpdate,
  NetworkInterfaceSpec,
  PacketCapture,
  VpcId,
  VpcSpec,
  WorkloadId,
} from "@fleetless/kernel";
import { renderFaults } from "../faults/fault-rules.ts";
import type { NetworkFault } from "../faults/network-fault.ts";
import { Quiet } from "../machine/quiet.ts";
import { runCommand } from "../machine/run-command.ts";
import type { SessionProcess } from "../runtime/session-process.ts";
import { checkInterface, checkVpc } from "./check-specification.ts";
import type { ConnectionDestination } from "./connector-protocol.ts";
import type { AttachedInterface, InterfaceUsage, TaskNetwork } from "./contract.ts";
import type { HostInVpc } from "./dns/host-in-vpc.ts";
import { FlowLogs } from "./flow-logs/flow-logs.ts";
import { HostNetwork } from "./host-network.ts";
import { describeInterface, ignoreAdvertisements, interfaceConfiguration } from "./interface-configuration.ts";
import { type InterfaceRecord, NetworkRecords } from "./interface-records.ts";
import { KeyedMutex } from "./keyed-mutex.ts";
import { freeLinkLocalAddress } from "./link-local-addresses.ts";
import { type NetworkNames, namespacePath, networkNames } from "./names.ts";
import { deleteNamespaces, listNamespaces } from "./namespace.ts";
import type { NamespaceDialer } from "./namespace-dialer.ts";
import { startCapture } from "./packet-capture.ts";
import { PresentVpcs } from "./present-vpcs.ts";
import { purgeTaskNetwork } from "./purge-task-network.ts";
import { TaskDialers } from "./task-dialers.ts";
import type { TaskNetworkOptions } from "./task-network-options.ts";
import type { VpcPresence } from "./vpc-presence.ts";
import { WaitingCommand } from "./waiting-command.ts";

/** Under which key an interface is taken; the workload's own is held while it is attached. */
const reservationOf = (workloadId: WorkloadId): string => `reservation ${workloadId}`;

class NamespaceTaskNetwork implements TaskNetwork {
  readonly #options: TaskNetworkOptions;
  readonly #names: NetworkNames;
  readonly #records: NetworkRecords;
  readonly #host: HostNetwork;
  readonly #vpcs: PresentVpcs;
  readonly #interfaces = new Map<WorkloadId, InterfaceRecord>();
  /** Commands made ready with the interfaces that are reserved and not attached yet. */
  readonly #configurations = new Map<WorkloadId, WaitingCommand>();
  readonly #dialers: TaskDialers;
  readonly #flowLogs: FlowLogs | undefined;
  readonly #mutex = new KeyedMutex();
  readonly #quiet: Quiet;

  constructor(options: TaskNetworkOptions) {
    this.#options = options;
    this.#quiet = options.quiet ?? new Quiet();
    this.#names = networkNames(options.instance);
    this.#dialers = new TaskDialers(options.connectMilliseconds);
    this.#records = new NetworkRecords(options.dataDirectory);
    this.#host = new HostNetwork({
      names: this.#names,
      publicCidr: options.publicCidr,
      ...(options.externalInterfaces === undefined ? {} : { externalInterfaces: options.externalInterfaces }),
    });
    const { deliverFlowRecords: deliver, clock, logger } = options;
    const path = join(options.dataDirectory, "network", "flow-records.sqlite");
    this.#flowLogs = deliver === undefined ? undefined : new FlowLogs({ path, deliver, clock, logger });
    this.#vpcs = new PresentVpcs({
      ...options,
      flowLogs: this.#flowLogs,
      names: this.#names,
      host: this.#host,
      records: this.#records,
      mutex: this.#mutex,
      quiet: this.#quiet,
      interfacesOf: (vpc) => [...this.#interfaces.values()].filter((record) => record.networkInterface.vpcId === vpc),
    });
  }

  /** Takes over what an earlier run of this instance left in the kernel, and removes what it left half made. */
  async open(): Promise<void> {
    await this.#vpcs.open();
    await this.#host.open();
    const namespaces = new Set(await listNamespaces(this.#names.taskNamespacePrefix));
    for (const record of await this.#records.interfaces.open()) {
      if (namespaces.has(record.namespace)) {
        this.#interfaces.set(record.workloadId, record);
        namespaces.delete(record.namespace);
      } else {
        await this.#records.interfaces.delete(record.workloadId);
      }
    }
    const vpcs = await this.#records.vpcs.open();
    const vpcNamespaces = new Set(await listNamespaces(this.#names.vpcNamespacePrefix));
    for (const vpc of vpcs) vpcNamespaces.delete(this.#names.vpcNamespace(vpc.id));
    await deleteNamespaces([...namespaces, ...vpcNamespaces]);
    await this.#vpcs.adopt(vpcs);
  }

  async apply(vpcs: readonly VpcSpec[]): Promise<void> {
    const shared = vpcs.map((vpc) => this.#vpcs.share(vpc));
    for (const vpc of shared) checkVpc(vpc);
    await this.#vpcs.apply(shared);
  }

  applyHostedZones(update: HostedZoneUpdate): void {
    this.#vpcs.applyHostedZones(update);
  }

  remove(vpc: VpcId): Promise<void> {
    return this.#vpcs.remove(vpc);
  }

  reserve(
    workloadId: WorkloadId,
    networkInterface: NetworkInterfaceSpec,
    signal: AbortSignal,
  ): Promise<AttachedInterface> {
    checkInterface(networkInterface);
    return this.#mutex.run(reservationOf(workloadId), async () => {
      signal.throwIfAborted();
      const vpc = await this.#vpcs.await(networkInterface.vpcId, signal);
      const record = this.#interfaces.get(workloadId) ?? (await this.#take(workloadId, networkInterface, vpc));
      return describeInterface(record, vpc.vpc);
    });
  }

  attach(
    workloadId: WorkloadId,
    networkInterface: NetworkInterfaceSpec,
    signal: AbortSignal,
  ): Promise<AttachedInterface> {
    const attach = async (): Promise<AttachedInterface> => {
      const reserved = await this.reserve(workloadId, networkInterface, signal);
      const record = this.#interfaces.get(workloadId);
      const vpc = await this.#vpcs.await(networkInterface.vpcId, signal);
      if (record?.attached === false) await this.#connect(record, vpc);
      return reserved;
    };
    return this.#quiet.during(() => this.#mutex.run(workloadId, attach));
  }

  prepareToConnect(workloadId: WorkloadId): void {
    const record = this.#interfaces.get(workloadId);
    if (record !== undefined) this.#dialer(record)?.prepare();
  }

  async connect(workloadId: WorkloadId, destination: ConnectionDestination, signal: AbortSignal): Promise<Socket> {
    const record = this.#interfaces.get(workloadId);
    if (record?.attached !== true) throw new Error(`The task ${workloadId} has no network interface here`);
    const dialer = this.#dialer(record);
    if (dialer === undefined) throw new Error(`The VPC ${record.networkInterface.vpcId} is not on this machine`);
    return await dialer.connect(destination, signal);
  }

  findHost(vpc: VpcSpec, host: string, family?: IpFamily): Promise<HostInVpc> {
    return this.#vpcs.findHost(vpc, host, family);
  }

  restore(workloadId: WorkloadId): Promise<void> {
    return this.#mutex.run(workloadId, async () => {
      const record = this.#interfaces.get(workloadId);
      if (record?.attached !== true) throw new Error(`The workload ${workloadId} has no interface here`);
      await runCommand("ip", ["-n", record.namespace, "-batch", "-"], {
        input: interfaceConfiguration(record),
      });
    });
  }

  detach(workloadId: WorkloadId): Promise<void> {
    return this.#mutex.run(workloadId, async () => {
      const record = this.#interfaces.get(workloadId);
      if (record === undefined) return;
      await this.#mutex.run(reservationOf(workloadId), () => this.#undo(record));
      await this.#vpcs.removeUnused(record.networkInterface.vpcId);
    });
  }

  async find(): Promise<readonly WorkloadId[]> {
    const namespaces = new Set(await listNamespaces(this.#names.taskNamespacePrefix));
    return [...this.#interfaces.values()]
      .filter((record) => namespaces.has(record.namespace))
      .map((record) => record.workloadId);
  }

  async usage(workloadId: WorkloadId): Promise<InterfaceUsage> {
    const record = this.#interfaces.get(workloadId);
    const vpc = record === undefined ? undefined : this.#vpcs.find(record.networkInterface.vpcId);
    if (record === undefined || vpc === undefined) throw new Error(`The workload ${workloadId} has no interface here`);
    return vpc.counters.usage(record.port);
  }

  async capture(workloadId: WorkloadId, capture: PacketCapture): Promise<SessionProcess> {
    const record = this.#interfaces.get(workloadId);
    if (record?.attached !== true) throw new Error(`The task ${workloadId} has no network interface here`);
    return startCapture(this.#names.vpcNamespace(record.networkInterface.vpcId), record.port, capture);
  }

  faults(workloadId: WorkloadId): readonly NetworkFault[] {
    return this.#interfaces.get(workloadId)?.faults ?? [];
  }

  setFaults(workloadId: WorkloadId, faults: readonly NetworkFault[]): Promise<void> {
    return this.#mutex.run(workloadId, async () => {
      const record = this.#interfaces.get(workloadId);
      if (record === undefined) throw new Error(`The workload ${workloadId} has no interface here`);
      await this.#filter(record, faults);
      const changed = { ...record, faults };
      this.#interfaces.set(workloadId, changed);
      await this.#records.interfaces.put(workloadId, changed);
    });
  }

  async #filter({ networkInterface, port }: InterfaceRecord, faults: readonly NetworkFault[]): Promise<void> {
    const namespace = namespacePath(this.#names.vpcNamespace(networkInterface.vpcId));
    await runCommand("nsenter", [`--net=${namespace}`, "nft", "-f", "-"], { input: renderFaults(port, faults) });
  }

  async close(options: { readonly purge: boolean }): Promise<void> {
    this.#dialers.closeAll();
    await this.#vpcs.close(options);
    await this.#flowLogs?.close();
    await this.#host.close();
    if (options.purge) await purgeTaskNetwork(this.#options);
  }

  async #take(
    workloadId: WorkloadId,
    networkInterface: NetworkInterfaceSpec,
    vpc: VpcPresence,
  ): Promise<InterfaceRecord> {
    const needsLinkLocal = networkInterface.privateAddress === undefined;
    // Told before anything is taken that there is none.
    if (needsLinkLocal) freeLinkLocalAddress(this.#linkLocalAddresses(networkInterface.vpcId));
    const { namespace, port, configure } = await vpc.router.takeInterface();
    const record: InterfaceRecord = {
      workloadId,
      networkInterface,
      namespace,
      port,
      attached: false,
      ...(needsLinkLocal
        ? { linkLocalAddress: freeLinkLocalAddress(this.#linkLocalAddresses(networkInterface.vpcId)) }
        : {}),
    };
    this.#interfaces.set(workloadId, record);
    this.#configurations.set(workloadId, configure);
    await this.#records.interfaces.put(workloadId, record);
    return record;
  }

  #dialer(record: InterfaceRecord): NamespaceDialer | undefined {
    return this.#dialers.of(record, this.#vpcs.find(record.networkInterface.vpcId)?.vpc);
  }

  #linkLocalAddresses(vpc: VpcId): ReadonlySet<string> {
    const records = [...this.#interfaces.values()].filter(({ networkInterface }) => networkInterface.vpcId === vpc);
    return new Set(records.flatMap(({ linkLocalAddress }) => linkLocalAddress ?? []));
  }

  /** May be repeated, since an attempt before may have come half-way. */
  async #connect(record: InterfaceRecord, vpc: VpcPresence): Promise<void> {
    const { workloadId, namespace } = record;
    const ready = this.#configurations.get(workloadId);
    this.#configurations.delete(workloadId);
    const configure = ready?.alive ? ready : new WaitingCommand("ip", ["-n", namespace, "-batch", "-"]);
    await Promise.all([
      configure.run(interfaceConfiguration(record)),
      ignoreAdvertisements(record),
      vpc.connect(record),
    ]);
    const attached = { ...record, attached: true };
    await this.#records.interfaces.put(workloadId, attached);
    this.#interfaces.set(workloadId, attached);
  }

  async #undo(record: InterfaceRecord): Promise<void> {
    await this.#configurations.get(record.workloadId)?.discard();
    this.#configurations.delete(record.workloadId);
    this.#dialers.close(record.workloadId);
    if ((record.faults ?? []).length > 0) await this.#filter(record, []);
    await this.#vpcs.find(record.networkInterface.vpcId)?.disconnect(record);
    await deleteNamespaces([record.namespace]);
    await this.#records.interfaces.delete(record.workloadId);
    this.#interfaces.delete(record.workloadId);
  }
}

/**
 * The VPC data plane of this machine. What an earlier run left is taken over before the promise resolves:
 * running tasks do not notice. Needs root, iproute2, nftables and procps.
 */
export const createTaskNetwork = async (options: TaskNetworkOptions): Promise<TaskNetwork> => {
  const network = new NamespaceTaskNetwork(options);
  await network.open();
  return network;
};
