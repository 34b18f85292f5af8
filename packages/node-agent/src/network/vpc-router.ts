import { isDeepStrictEqual } from "node:util";
import type { FilterPlan, FlowCounting, LocalInterface } from "@fleetless/engine";
import { mayRefuseFlows, publicAddressesOf, uplinkInterface } from "@fleetless/engine";
import { type Logger, messageOf, type NetworkInterfaceId, type VpcSpec } from "@fleetless/kernel";
import type { Quiet } from "../machine/quiet.ts";
import { allSettled, CoalescedJob } from "./batching.ts";
import { forgetFlows } from "./flows.ts";
import type { HostNetwork } from "./host-network.ts";
import type { PreparedInterface } from "./interface-pool.ts";
import { InterfacePool } from "./interface-pool.ts";
import type { InterfaceRecord } from "./interface-records.ts";
import { IpSession } from "./ip-session.ts";
import { localAddresses, localInterface } from "./local-interface.ts";
import type { NetworkNames } from "./names.ts";
import { isPeeringDevice, portPrefix } from "./names.ts";
import {
  deleteInterfaces,
  deleteNamespaces,
  listInterfaces,
  listNamespaces,
  runIp,
  setParameters,
} from "./namespace.ts";
import { PacketFilterEnforcer } from "./packet-filter-enforcer.ts";
import { type PeeringDevices, peeringDevicesAmong, peeringLines } from "./peering-links.ts";
import { PublicAddresses } from "./public-addresses.ts";
import { RefusedConnections } from "./refused-connections.ts";
import {
  ipv6RouterParameters,
  ipv6WiringLines,
  portLines,
  readdressingLines,
  routerAddresses,
  routerParameters,
  trackingParameters,
  wiringLines,
  withoutIpv6Parameters,
} from "./router-setup.ts";
import { shapingDevice, TrafficShaper } from "./traffic-shaper.ts";
import { VpcRouting } from "./vpc-routing.ts";

export interface VpcRouterOptions {
  readonly names: NetworkNames;
  readonly host: HostNetwork;
  readonly apiPort: number;
  readonly poolSize: number;
  readonly linkLocalPacketsPerSecond?: number | undefined;
  /** Between looks whether the packet filter still is what was enforced. */
  readonly auditMilliseconds: number;
  readonly logger: Logger;
  readonly quiet: Quiet;
  /** How the packet filter is to count flows, asked each time that it is compiled. */
  readonly flowCounting?: () => FlowCounting | undefined;
  /** The packet filter is written anew, so that counts which nobody read are gone. */
  readonly onFlowCountsLost?: () => void;
}

/** A launch changes the VPC and connects an interface in one go: one change of the packet filter does for both. */
const gatherMilliseconds = 3;

/** One VPC on this machine: a network namespace that routes and filters between the tasks' interfaces. */
export class VpcRouter {
  readonly namespace: string;
  readonly #options: VpcRouterOptions;
  readonly #pool: InterfacePool;
  readonly #ip: IpSession;
  readonly #routing: VpcRouting;
  readonly #packetFilter: PacketFilterEnforcer;
  readonly #publicAddresses: PublicAddresses;
  readonly #commit = new CoalescedJob(() => this.#enforce(), gatherMilliseconds);
  readonly #records = new Map<string, InterfaceRecord>();
  readonly #shaper: TrafficShaper;
  readonly #refused: RefusedConnections;
  #auditTimer: NodeJS.Timeout | undefined;
  #auditDue = false;
  #vpc: VpcSpec;
  #hasIpv6 = false;
  #peeringDevices: PeeringDevices = new Map();
  #leadsToPeers = true;
  #addresses: readonly string[] = [];

  constructor(vpc: VpcSpec, options: VpcRouterOptions) {
    this.#vpc = vpc;
    this.#options = options;
    this.namespace = options.names.vpcNamespace(vpc.id);
    this.#pool = new InterfacePool({
      names: options.names,
      host: options.host,
      vpcNamespace: this.namespace,
      size: options.poolSize,
      logger: options.logger,
      quiet: options.quiet,
    });
    this.#publicAddresses = new PublicAddresses(options.host, vpc.id, this.namespace);
    this.#ip = new IpSession(this.namespace);
    this.#routing = new VpcRouting(this.namespace, this.#ip, () => this.#locals());
    this.#shaper = new TrafficShaper(this.namespace);
    this.#refused = new RefusedConnections(this.namespace, (thrown) =>
      this.#warn(thrown, "connections go on whose rules are gone"),
    );
    this.#packetFilter = new PacketFilterEnforcer({
      namespace: this.namespace,
      quiet: options.quiet,
      onRefused: (error) =>
        options.logger.warn(
          { vpc: vpc.id, error },
          "the packet filter differs from what was enforced, writing it anew",
        ),
      onCountsLost: options.onFlowCountsLost,
    });
  }

  get vpc(): VpcSpec {
    return this.#vpc;
  }

  /** Whether an interface here is a task's. */
  get hasTasks(): boolean {
    return [...this.#records.values()].some(({ isEndpoint }) => isEndpoint !== true);
  }

  /** Of the interfaces that are connected. */
  get records(): readonly InterfaceRecord[] {
    return [...this.#records.values()];
  }

  /** Resolves once the packet filter is as it is to be from now on. */
  enforceAgain(): Promise<void> {
    return this.#commit.run();
  }

  /**
   * Makes the namespace, or takes over the one that is there, so that it holds these interfaces and no other. Answers
   * the ends of peerings that are in it.
   */
  async open(records: readonly InterfaceRecord[]): Promise<readonly string[]> {
    const present = (await listNamespaces(this.namespace)).includes(this.namespace);
    if (!present) await runIp([`netns add ${this.namespace}`]);
    const hasIpv6 = present && this.#vpc.ipv6Cidrs.length > 0;
    await setParameters(this.namespace, { ...routerParameters, ...(hasIpv6 ? {} : withoutIpv6Parameters) });
    const inside = await listInterfaces(this.namespace);
    await this.#options.host.ensureUplink(this.#vpc.id, this.namespace, uplinkInterface, inside);
    const adopted = records.filter((record) => inside.includes(record.port));
    for (const record of adopted) this.#records.set(record.workloadId, record);
    const kept = new Set(adopted.flatMap(({ port }) => [port, shapingDevice(port)]));
    const strays = inside.filter((name) => name.startsWith(portPrefix) && !kept.has(name));
    this.#addresses = routerAddresses(this.#vpc);
    this.#peeringDevices = peeringDevicesAmong(inside, this.#vpc);
    this.#routing.want(this.#vpc, this.#peeringDevices);
    await runIp(wiringLines(this.#addresses), this.namespace);
    await this.#openIpv6();
    await runIp(adopted.flatMap(portLines), this.namespace);
    await deleteInterfaces(strays, this.namespace);
    await this.#shaper.mend(adopted);
    await this.#publicAddresses.open(this.#hasIpv6);
    await this.#commit.run();
    // There to be set once a rule of the packet filter asks for connections.
    await setParameters(this.namespace, trackingParameters);
    if (present) this.#refused.expect();
    await this.#endRefused();
    this.#ip.prepare();
    this.#packetFilter.prepare();
    this.#pool.fill();
    const audit = (): void => {
      this.#auditDue = true;
      this.#commit
        .run()
        .then(() => this.#endRefused())
        .catch((thrown: unknown) => this.#warn(thrown, "the packet filter could not be checked"));
    };
    this.#auditTimer = setInterval(audit, this.#options.auditMilliseconds).unref();
    return inside.filter(isPeeringDevice);
  }

  /** Enforces another description of the same VPC. */
  async update(vpc: VpcSpec): Promise<void> {
    await this.#refused.during(mayRefuseFlows(this.#vpc, vpc), async () => {
      this.#vpc = vpc;
      this.#routing.want(this.#vpc, this.#peeringDevices);
      const wanted = routerAddresses(vpc);
      const lines = readdressingLines(this.#addresses, wanted);
      await this.#openIpv6();
      await Promise.all([this.#ip.run(lines), this.#commit.run()]);
      this.#addresses = wanted;
    });
    await this.#endRefused();
  }

  /** Leads to peered VPCs by these devices, and by no others. */
  async setPeeringDevices(devices: PeeringDevices): Promise<void> {
    if (this.#leadsToPeers && isDeepStrictEqual(devices, this.#peeringDevices)) return;
    this.#leadsToPeers = false;
    this.#peeringDevices = devices;
    this.#routing.want(this.#vpc, this.#peeringDevices);
    await Promise.all([this.#ip.run(peeringLines(this.#vpc, devices)), this.#commit.run()]);
    this.#leadsToPeers = true;
  }

  takeInterface(): Promise<PreparedInterface> {
    return this.#pool.take();
  }

  /** Leads the interface's address to its port and lets its security groups' traffic pass. */
  async connect(record: InterfaceRecord): Promise<void> {
    this.#records.set(record.workloadId, record);
    await Promise.all([this.#ip.run(portLines(record)), this.#commit.run(), this.#shaper.shape(record)]);
  }

  /** Nothing passes to or from the interface any more, and its port is gone. */
  async disconnect(record: InterfaceRecord): Promise<void> {
    this.#records.delete(record.workloadId);
    await this.#commit.run();
    await this.#ip.run([`link del ${record.port}`]).catch(async (thrown: unknown) => {
      if ((await listInterfaces(this.namespace)).includes(record.port)) throw thrown;
    });
    await deleteInterfaces(this.#shaper.devicesOf(record), this.namespace);
    // The next one to have this address must not inherit its connections.
    for (const address of localAddresses(localInterface(record))) {
      await forgetFlows(address, ["--orig-src", "--reply-src"], this.namespace).catch((thrown: unknown) =>
        this.#warn(thrown, "an address is free with connections that may go on"),
      );
    }
  }

  /** Which interface here calls the router's services from this address; anti-spoofing makes the address a proof. */
  callerAt(address: string): NetworkInterfaceId | undefined {
    const found = this.records.find((record) => localAddresses(localInterface(record)).includes(address));
    return found?.networkInterface.id;
  }

  async close(options: { readonly remove: boolean }): Promise<void> {
    clearInterval(this.#auditTimer);
    await this.#commit.run().catch(() => undefined);
    await this.#pool.close();
    await Promise.all([this.#ip.close(), this.#packetFilter.close(), this.#refused.close()]);
    if (!options.remove) return;
    await deleteInterfaces([this.#options.names.hostUplink(this.#vpc.id)]);
    await deleteNamespaces([this.namespace]);
  }

  /** Once the VPC has a block of IPv6. Where it has none any more, the packet filter drops all of it. */
  async #openIpv6(): Promise<void> {
    if (this.#hasIpv6 || this.#vpc.ipv6Cidrs.length === 0) return;
    await setParameters(this.namespace, ipv6RouterParameters);
    await this.#options.host.openIpv6(this.#vpc.id);
    await this.#ip.run([...ipv6WiringLines, ...peeringLines(this.#vpc, this.#peeringDevices)]);
    this.#hasIpv6 = true;
  }

  async #enforce(): Promise<void> {
    if (this.#auditDue) await this.#audit();
    const next: FilterPlan = {
      vpc: this.#vpc,
      interfaces: this.#locals(),
      options: {
        apiPort: this.#options.apiPort,
        peeringDevices: this.#peeringDevices,
        linkLocalPacketsPerSecond: this.#options.linkLocalPacketsPerSecond,
        flowCounting: this.#options.flowCounting?.(),
      },
    };
    const [freed] = await allSettled([
      this.#publicAddresses.lead([...publicAddressesOf(next), ...this.#vpc.ipv6Cidrs]),
      this.#routing.enforce(),
      this.#packetFilter.enforce(next),
    ]);
    await this.#publicAddresses
      .forget(freed)
      .catch((thrown: unknown) => this.#warn(thrown, "an address is free with connections that may go on"));
  }

  #locals(): readonly LocalInterface[] {
    return [...this.#records.values()].map(localInterface);
  }

  #endRefused(): Promise<void> {
    const connected = this.records.map(({ networkInterface }) => networkInterface);
    return this.#refused.end(this.#vpc, connected);
  }

  /** Finds out whether somebody changed the routes, which are mended, or the packet filter, which is written anew. */
  async #audit(): Promise<void> {
    this.#auditDue = false;
    await this.#publicAddresses.mend(this.#hasIpv6).catch((thrown: unknown) => this.#warn(thrown, "no way out"));
    if (await this.#routing.mend()) {
      this.#options.logger.warn({ vpc: this.#vpc.id }, "somebody changed the routes, mended them");
    }
    if (await this.#shaper.mend(this.records)) {
      this.#options.logger.warn({ vpc: this.#vpc.id }, "somebody changed the bandwidth of interfaces, mended it");
    }
    if (await this.#packetFilter.hasDrifted()) {
      this.#options.logger.warn({ vpc: this.#vpc.id }, "somebody changed the packet filter, writing it anew");
    }
  }

  #warn(thrown: unknown, message: string): void {
    this.#options.logger.warn({ vpc: this.#vpc.id, error: messageOf(thrown) }, message);
  }
}
