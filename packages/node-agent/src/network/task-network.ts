import { join } from "node:path";
import { addressAt, parseIpv4Block, resolverAddress } from "@fleetless/engine";
import {
  type HostedZoneUpdate,
  messageOf,
  type NetworkInterfaceSpec,
  type VpcId,
  type VpcSpec,
  type WorkloadId,
} from "@fleetless/kernel";
import { renderFaults } from "../faults/fault-rules.ts";
import type { NetworkFault } from "../faults/network-fault.ts";
import { Quiet } from "../machine/quiet.ts";
import { runCommand } from "../machine/run-command.ts";
import { checkInterface, checkVpc } from "./check-specification.ts";
import type { AttachedInterface, InterfaceUsage, TaskNetwork } from "./contract.ts";
import { cachedUpstreams, DnsForwarder } from "./dns/dns-forwarder.ts";
import { HostedZoneFile } from "./dns/hosted-zone-file.ts";
import { HostedZones } from "./dns/hosted-zones.ts";
import { privateDomain } from "./dns/private-names.ts";
import { HostNetwork } from "./host-network.ts";
import { type InterfaceRecord, NetworkRecords } from "./interface-records.ts";
import { KeyedMutex } from "./keyed-mutex.ts";
import { type NetworkNames, namespacePath, networkNames } from "./names.ts";
import { deleteNamespaces, listNamespaces } from "./namespace.ts";
import { PeeringLinks } from "./peering-links.ts";
import { purgeTaskNetwork } from "./purge-task-network.ts";
import type { TaskNetworkOptions } from "./task-network-options.ts";
import { VpcPresence } from "./vpc-presence.ts";
import { WaitingCommand } from "./waiting-command.ts";

const unknownVpcMilliseconds = 5_000;

/** For `ip -batch`, inside the namespace; each line bears being repeated. */
const configurationOf = ({ macAddress, privateAddress, subnetCidr }: NetworkInterfaceSpec): string =>
  [
    "link set lo up",
    `link set eth0 address ${macAddress} addrgenmode none up`,
    `addr replace ${privateAddress}/${parseIpv4Block(subnetCidr)?.prefixLength ?? 32} dev eth0`,
    `route replace default via ${addressAt(subnetCidr, 1)} dev eth0`,
    "",
  ].join("\n");

const nameserversOf = (vpc: VpcSpec): readonly string[] =>
  (vpc.dhcpOptions?.domainNameServers ?? ["AmazonProvidedDNS"]).map((server) =>
    server === "AmazonProvidedDNS" ? resolverAddress(vpc) : server,
  );

/** Under which key an interface is taken; the workload's own is held while it is attached. */
const reservationOf = (workloadId: WorkloadId): string => `reservation ${workloadId}`;

class NamespaceTaskNetwork implements TaskNetwork {
  readonly #options: TaskNetworkOptions;
  readonly #names: NetworkNames;
  readonly #records: NetworkRecords;
  readonly #host: HostNetwork;
  readonly #peerings: PeeringLinks;
  readonly #forwarder: DnsForwarder;
  readonly #zones = new HostedZones();
  readonly #zoneFile: HostedZoneFile;
  readonly #interfaces = new Map<WorkloadId, InterfaceRecord>();
  /** Commands made ready with the interfaces that are reserved and not attached yet. */
  readonly #configurations = new Map<WorkloadId, WaitingCommand>();
  readonly #vpcs = new Map<VpcId, VpcPresence>();
  readonly #wanted = new Set<VpcId>();
  readonly #mutex = new KeyedMutex();
  readonly #quiet: Quiet;

  constructor(options: TaskNetworkOptions) {
    this.#options = options;
    this.#quiet = options.quiet ?? new Quiet();
    this.#names = networkNames(options.instance);
    this.#records = new NetworkRecords(options.dataDirectory);
    const { clock, upstreams } = options;
    this.#forwarder = new DnsForwarder({
      upstreams: upstreams === undefined ? cachedUpstreams(clock) : async () => upstreams,
      clock,
    });
    const zoneFile = join(options.dataDirectory, "network", "hosted-zones.json");
    this.#zoneFile = new HostedZoneFile(zoneFile, this.#zones, options.logger);
    this.#host = new HostNetwork({
      names: this.#names,
      publicCidr: options.publicCidr,
      ...(options.externalInterfaces === undefined ? {} : { externalInterfaces: options.externalInterfaces }),
    });
    this.#peerings = new PeeringLinks(this.#names, this.#host.ip);
  }

  /** Takes over what an earlier run of this instance left in the kernel, and removes what it left half made. */
  async open(): Promise<void> {
    await this.#zoneFile.load();
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
    await Promise.all(
      vpcs.map((vpc) =>
        // Where it fails, what the kernel enforced goes on; the next apply tries again.
        this.#mutex
          .run(vpc.id, () => this.#enforce(vpc))
          .catch((thrown: unknown) =>
            this.#options.logger.error({ vpc: vpc.id, error: messageOf(thrown) }, "a VPC could not be taken over"),
          ),
      ),
    );
    await this.#peer();
  }

  async apply(vpcs: readonly VpcSpec[]): Promise<void> {
    for (const vpc of vpcs) checkVpc(vpc);
    this.#wanted.clear();
    for (const vpc of vpcs) this.#wanted.add(vpc.id);
    const others = [...this.#vpcs.keys()].filter((id) => !this.#wanted.has(id));
    await Promise.all([
      ...vpcs.map((vpc) => this.#mutex.run(vpc.id, () => this.#enforce(vpc))),
      ...others.map((id) => this.#mutex.run(id, () => this.#removeUnused(id))),
    ]);
    await this.#peer();
  }

  /** Links the VPCs that are here with those of their peers that are. */
  #peer(): Promise<void> {
    return this.#mutex.run("peerings", () =>
      this.#peerings.reconcile([...this.#vpcs.values()].map(({ router }) => router)),
    );
  }

  applyHostedZones(update: HostedZoneUpdate): void {
    this.#zones.apply(update);
    this.#zoneFile.save();
  }

  async remove(vpc: VpcId): Promise<void> {
    this.#wanted.delete(vpc);
    await this.#mutex.run(vpc, () => this.#removeUnused(vpc));
  }

  reserve(
    workloadId: WorkloadId,
    networkInterface: NetworkInterfaceSpec,
    signal: AbortSignal,
  ): Promise<AttachedInterface> {
    checkInterface(networkInterface);
    return this.#mutex.run(reservationOf(workloadId), async () => {
      signal.throwIfAborted();
      const vpc = await this.#presence(networkInterface.vpcId, signal);
      const record = this.#interfaces.get(workloadId) ?? (await this.#take(workloadId, networkInterface, vpc));
      return this.#describe(record, vpc.vpc);
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
      const vpc = await this.#presence(networkInterface.vpcId, signal);
      if (record?.attached === false) await this.#connect(record, vpc);
      return reserved;
    };
    return this.#quiet.during(() => this.#mutex.run(workloadId, attach));
  }

  restore(workloadId: WorkloadId): Promise<void> {
    return this.#mutex.run(workloadId, async () => {
      const record = this.#interfaces.get(workloadId);
      if (record?.attached !== true) throw new Error(`The workload ${workloadId} has no interface here`);
      await runCommand("ip", ["-n", record.namespace, "-batch", "-"], {
        input: configurationOf(record.networkInterface),
      });
    });
  }

  detach(workloadId: WorkloadId): Promise<void> {
    return this.#mutex.run(workloadId, async () => {
      const record = this.#interfaces.get(workloadId);
      if (record === undefined) return;
      await this.#mutex.run(reservationOf(workloadId), () => this.#undo(record));
      const vpc = record.networkInterface.vpcId;
      if (!this.#wanted.has(vpc)) await this.#mutex.run(vpc, () => this.#removeUnused(vpc));
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
    const vpc = record === undefined ? undefined : this.#vpcs.get(record.networkInterface.vpcId);
    if (record === undefined || vpc === undefined) throw new Error(`The workload ${workloadId} has no interface here`);
    return vpc.counters.usage(record.port);
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
    await Promise.all([...this.#vpcs.values()].map((vpc) => vpc.close({ remove: options.purge })));
    this.#vpcs.clear();
    await this.#forwarder.close();
    await this.#zoneFile.close();
    await this.#host.close();
    if (options.purge) await purgeTaskNetwork(this.#options);
  }

  async #enforce(vpc: VpcSpec): Promise<void> {
    const present = this.#vpcs.get(vpc.id);
    if (present !== undefined) {
      if (await present.update(vpc)) await this.#records.vpcs.put(vpc.id, vpc);
      return;
    }
    const presence = new VpcPresence(vpc, {
      ...this.#options,
      names: this.#names,
      host: this.#host,
      poolSize: this.#options.poolSize ?? 6,
      quiet: this.#quiet,
      auditMilliseconds: this.#options.auditMilliseconds ?? 60_000,
      forwarder: this.#forwarder,
      zones: this.#zones,
    });
    await this.#records.vpcs.put(vpc.id, vpc);
    try {
      const records = [...this.#interfaces.values()].filter((record) => record.networkInterface.vpcId === vpc.id);
      this.#peerings.adopt(vpc.id, await presence.open(records));
    } catch (thrown) {
      await presence.close({ remove: false });
      throw thrown;
    }
    this.#vpcs.set(vpc.id, presence);
  }

  async #removeUnused(id: VpcId): Promise<void> {
    const presence = this.#vpcs.get(id);
    if (presence === undefined || this.#wanted.has(id) || presence.router.interfaceCount > 0) return;
    this.#vpcs.delete(id);
    await this.#peer();
    await presence.close({ remove: true });
    await this.#records.vpcs.delete(id);
  }

  /** The VPC, which may be just about to be described by the control plane. */
  async #presence(id: VpcId, signal: AbortSignal): Promise<VpcPresence> {
    const deadline = this.#options.clock.now() + unknownVpcMilliseconds;
    for (;;) {
      const presence = this.#vpcs.get(id) ?? (await this.#mutex.run(id, async () => this.#vpcs.get(id)));
      if (presence !== undefined) return presence;
      if (this.#options.clock.now() >= deadline) {
        throw new Error(`The VPC ${id} has not been described to this machine`);
      }
      await this.#options.clock.sleep(20, signal);
    }
  }

  async #take(
    workloadId: WorkloadId,
    networkInterface: NetworkInterfaceSpec,
    vpc: VpcPresence,
  ): Promise<InterfaceRecord> {
    const { namespace, port, configure } = await vpc.router.takeInterface();
    const record = { workloadId, networkInterface, namespace, port, attached: false };
    this.#interfaces.set(workloadId, record);
    this.#configurations.set(workloadId, configure);
    await this.#records.interfaces.put(workloadId, record);
    return record;
  }

  /** May be repeated, since an attempt before may have come half-way. */
  async #connect(record: InterfaceRecord, vpc: VpcPresence): Promise<void> {
    const { workloadId, networkInterface, namespace } = record;
    const ready = this.#configurations.get(workloadId);
    this.#configurations.delete(workloadId);
    const configure = ready?.alive ? ready : new WaitingCommand("ip", ["-n", namespace, "-batch", "-"]);
    await Promise.all([configure.run(configurationOf(networkInterface)), vpc.router.connect(record)]);
    const attached = { ...record, attached: true };
    await this.#records.interfaces.put(workloadId, attached);
    this.#interfaces.set(workloadId, attached);
  }

  async #undo(record: InterfaceRecord): Promise<void> {
    await this.#configurations.get(record.workloadId)?.discard();
    this.#configurations.delete(record.workloadId);
    if ((record.faults ?? []).length > 0) await this.#filter(record, []);
    await this.#vpcs.get(record.networkInterface.vpcId)?.router.disconnect(record);
    await deleteNamespaces([record.namespace]);
    await this.#records.interfaces.delete(record.workloadId);
    this.#interfaces.delete(record.workloadId);
  }

  #describe(record: InterfaceRecord, vpc: VpcSpec): AttachedInterface {
    return {
      networkNamespacePath: namespacePath(record.namespace),
      gatewayAddress: addressAt(record.networkInterface.subnetCidr, 1),
      nameservers: nameserversOf(vpc),
      searchDomains: vpc.dhcpOptions?.domainNames ?? [privateDomain(vpc.region)],
    };
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
