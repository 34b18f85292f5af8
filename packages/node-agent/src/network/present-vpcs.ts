import { join } from "node:path";
import { type IpFamily, shareUnchanged } from "@fleetless/engine";
import type { HostedZoneUpdate, VpcId, VpcSpec } from "@fleetless/kernel";
import { messageOf } from "@fleetless/kernel";
import type { Quiet } from "../machine/quiet.ts";
import { cachedUpstreams, DnsForwarder } from "./dns/dns-forwarder.ts";
import { findHostInVpc, type HostInVpc } from "./dns/host-in-vpc.ts";
import { HostedZoneFile } from "./dns/hosted-zone-file.ts";
import { HostedZones } from "./dns/hosted-zones.ts";
import { VpcResolver } from "./dns/resolver.ts";
import type { FlowLogs } from "./flow-logs/flow-logs.ts";
import type { HostNetwork } from "./host-network.ts";
import { searchDomainsOf } from "./interface-configuration.ts";
import type { InterfaceRecord, NetworkRecords } from "./interface-records.ts";
import type { KeyedMutex } from "./keyed-mutex.ts";
import type { NetworkNames } from "./names.ts";
import { PeeringLinks } from "./peering-links.ts";
import type { TaskNetworkOptions } from "./task-network-options.ts";
import { VpcKeeper } from "./vpc-keeper.ts";
import { VpcPresence } from "./vpc-presence.ts";

const unknownVpcMilliseconds = 5_000;

export interface PresentVpcsOptions extends TaskNetworkOptions {
  readonly names: NetworkNames;
  readonly host: HostNetwork;
  readonly records: NetworkRecords;
  readonly mutex: KeyedMutex;
  readonly quiet: Quiet;
  /** Absent where flows are not recorded. */
  readonly flowLogs?: FlowLogs | undefined;
  /** The interfaces of a VPC that an earlier run left. */
  readonly interfacesOf: (vpc: VpcId) => readonly InterfaceRecord[];
}

/** The VPCs that this machine enforces: those that are wanted, and those that an interface still needs. */
export class PresentVpcs {
  readonly #options: PresentVpcsOptions;
  readonly #present = new Map<VpcId, VpcPresence>();
  readonly #wanted = new Set<VpcId>();
  readonly #peerings: PeeringLinks;
  readonly #forwarder: DnsForwarder;
  readonly #zones = new HostedZones();
  readonly #zoneFile: HostedZoneFile;
  readonly #keeper: VpcKeeper;

  constructor(options: PresentVpcsOptions) {
    this.#options = options;
    const { clock, upstreams, names, host, dataDirectory, logger } = options;
    this.#peerings = new PeeringLinks(names, host.ip);
    this.#forwarder = new DnsForwarder({
      upstreams: upstreams === undefined ? cachedUpstreams(clock) : async () => upstreams,
      clock,
    });
    this.#keeper = new VpcKeeper(options.records.vpcs, options.quiet, logger);
    this.#zoneFile = new HostedZoneFile(join(dataDirectory, "network", "hosted-zones.json"), this.#zones, logger);
  }

  async open(): Promise<void> {
    await this.#zoneFile.load();
  }

  /** Takes over what the kernel enforces of these VPCs. Where it fails that goes on; the next `apply` tries again. */
  async adopt(vpcs: readonly VpcSpec[]): Promise<void> {
    const { mutex, logger } = this.#options;
    await Promise.all(
      vpcs.map((vpc) =>
        mutex
          .run(vpc.id, () => this.#enforce(vpc))
          .catch((thrown: unknown) =>
            logger.error({ vpc: vpc.id, error: messageOf(thrown) }, "a VPC could not be taken over"),
          ),
      ),
    );
    await this.#peer();
  }

  /** The VPC with the parts that are as they were being the very same, so that nobody looks at them again. */
  share(vpc: VpcSpec): VpcSpec {
    const present = this.#present.get(vpc.id);
    return present === undefined ? vpc : shareUnchanged(present.vpc, vpc);
  }

  /** Wants these VPCs and no others. */
  async apply(vpcs: readonly VpcSpec[]): Promise<void> {
    this.#wanted.clear();
    for (const vpc of vpcs) this.#wanted.add(vpc.id);
    const others = [...this.#present.keys()].filter((id) => !this.#wanted.has(id));
    await Promise.all([
      ...vpcs.map((vpc) => this.#options.mutex.run(vpc.id, () => this.#enforce(vpc))),
      ...others.map((id) => this.removeUnused(id)),
    ]);
    await this.#peer();
  }

  applyHostedZones(update: HostedZoneUpdate): void {
    this.#zones.apply(update);
    this.#zoneFile.save();
  }

  findHost(vpc: VpcSpec, host: string, family?: IpFamily): Promise<HostInVpc> {
    const resolver = new VpcResolver({ vpc: () => vpc, zones: this.#zones, forwarder: this.#forwarder });
    return findHostInVpc(resolver, vpc, host, { searchDomains: searchDomainsOf(vpc), family });
  }

  async remove(vpc: VpcId): Promise<void> {
    this.#wanted.delete(vpc);
    await this.removeUnused(vpc);
  }

  /** Takes a VPC down that nobody wants and no interface needs. */
  async removeUnused(vpc: VpcId): Promise<void> {
    if (this.#wanted.has(vpc)) return;
    await this.#options.mutex.run(vpc, () => this.#removeUnused(vpc));
  }

  find(id: VpcId): VpcPresence | undefined {
    return this.#present.get(id);
  }

  /** The VPC, which may be just about to be described by the control plane. Rejects where it is not in time. */
  async await(id: VpcId, signal: AbortSignal): Promise<VpcPresence> {
    const { clock, mutex } = this.#options;
    const deadline = clock.now() + unknownVpcMilliseconds;
    for (;;) {
      const presence = this.#present.get(id) ?? (await mutex.run(id, async () => this.#present.get(id)));
      if (presence !== undefined) return presence;
      if (clock.now() >= deadline) throw new Error(`The VPC ${id} has not been described to this machine`);
      await clock.sleep(20, signal);
    }
  }

  async close(options: { readonly purge: boolean }): Promise<void> {
    await Promise.all([...this.#present.values()].map((vpc) => vpc.close({ remove: options.purge })));
    this.#present.clear();
    await this.#keeper.close();
    await this.#forwarder.close();
    await this.#zoneFile.close();
  }

  async #enforce(vpc: VpcSpec): Promise<void> {
    const present = this.#present.get(vpc.id);
    if (present !== undefined) {
      const before = present.vpc;
      if (await present.update(vpc)) await this.#keeper.put(before, present.vpc);
      return;
    }
    const presence = new VpcPresence(vpc, {
      ...this.#options,
      poolSize: this.#options.poolSize ?? 6,
      auditMilliseconds: this.#options.auditMilliseconds ?? 60_000,
      forwarder: this.#forwarder,
      zones: this.#zones,
    });
    await this.#keeper.put(undefined, vpc);
    try {
      this.#peerings.adopt(vpc.id, await presence.open(this.#options.interfacesOf(vpc.id)));
    } catch (thrown) {
      await presence.close({ remove: false });
      throw thrown;
    }
    this.#present.set(vpc.id, presence);
  }

  async #removeUnused(id: VpcId): Promise<void> {
    const presence = this.#present.get(id);
    if (presence === undefined || this.#wanted.has(id) || presence.router.hasTasks) return;
    this.#present.delete(id);
    await this.#peer();
    await presence.close({ remove: true });
    await this.#keeper.delete(id);
  }

  /** Links the VPCs that are here with those of their peers that are. */
  #peer(): Promise<void> {
    return this.#options.mutex.run("peerings", () =>
      this.#peerings.reconcile([...this.#present.values()].map(({ router }) => router)),
    );
  }
}
