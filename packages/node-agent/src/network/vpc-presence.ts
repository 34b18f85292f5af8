import { shareUnchanged } from "@fleetless/engine";
import type { Clock, VpcSpec } from "@fleetless/kernel";
import type { Quiet } from "../machine/quiet.ts";
import { EndpointInterfaces } from "./endpoint-interfaces.ts";
import type { FlowLogs } from "./flow-logs/flow-logs.ts";
import type { FlowRecorder } from "./flow-logs/flow-recorder.ts";
import type { InterfaceRecord } from "./interface-records.ts";
import { PortCounters } from "./interface-usage.ts";
import { VpcRouter, type VpcRouterOptions } from "./vpc-router.ts";
import { VpcServices, type VpcServicesOptions } from "./vpc-services.ts";

interface VpcPresenceOptions extends VpcRouterOptions, Omit<VpcServicesOptions, "callerAt"> {
  readonly quiet: Quiet;
  readonly clock: Clock;
  /** Absent where flows are not recorded. */
  readonly flowLogs?: FlowLogs | undefined;
}

/** A VPC as it stands on this machine: its router, the services at its link-local addresses, its counters. */
export class VpcPresence {
  readonly router: VpcRouter;
  readonly counters: PortCounters;
  readonly #services: VpcServices;
  readonly #recorder: FlowRecorder | undefined;
  readonly #endpoints: EndpointInterfaces;
  /** False where an update began and did not come to its end. */
  #isEnforced = true;

  constructor(vpc: VpcSpec, options: VpcPresenceOptions) {
    this.router = new VpcRouter(vpc, {
      ...options,
      flowCounting: () => this.#recorder?.counting,
      onFlowCountsLost: () => this.#recorder?.countsLost(),
    });
    this.#recorder = options.flowLogs?.recorder({
      ...options,
      vpcId: vpc.id,
      namespace: this.router.namespace,
      enforce: () => this.router.enforceAgain(),
    });
    this.counters = new PortCounters(this.router.namespace);
    this.#services = new VpcServices(vpc, { ...options, callerAt: (address) => this.router.callerAt(address) });
    this.#endpoints = new EndpointInterfaces(
      {
        vpc: () => this.vpc,
        takeInterface: () => this.router.takeInterface(),
        connect: (record) => this.connect(record),
        disconnect: (record) => this.disconnect(record),
      },
      options,
    );
  }

  get vpc(): VpcSpec {
    return this.router.vpc;
  }

  /** Answers the ends of peerings that an earlier run left. */
  async open(records: readonly InterfaceRecord[]): Promise<readonly string[]> {
    await this.#recorder?.adopt();
    const peeringDevices = await this.router.open(records);
    await this.#recorder?.follow(this.vpc, this.router.records);
    this.#recorder?.start();
    await this.#services.open(this.router.namespace);
    this.#endpoints.follow();
    return peeringDevices;
  }

  /** Answers whether anything was different. What failed is done again by the next, be it the same. */
  async update(vpc: VpcSpec): Promise<boolean> {
    const shared = shareUnchanged(this.router.vpc, vpc);
    const lacksIpv6 = this.#services.lacksIpv6(shared);
    const wasEnforced = this.#isEnforced;
    if (shared === this.router.vpc && !lacksIpv6 && wasEnforced) return false;
    this.#isEnforced = false;
    this.#services.update(shared);
    const { flowLogs } = this.vpc;
    await this.router.update(shared);
    if (lacksIpv6) await this.#services.openIpv6(this.router.namespace);
    if (flowLogs !== shared.flowLogs || !wasEnforced) await this.#recorder?.follow(shared, this.router.records);
    this.#endpoints.follow();
    this.#isEnforced = true;
    return true;
  }

  /** Leads the interface's address to its port and lets its security groups' traffic pass. */
  async connect(record: InterfaceRecord): Promise<void> {
    await this.router.connect(record);
    this.#recorder?.connected(this.vpc, record);
  }

  /** Nothing passes to or from the interface any more, and its port is gone. */
  async disconnect(record: InterfaceRecord): Promise<void> {
    await this.router.disconnect(record);
    this.#recorder?.disconnected(record);
  }

  async close(options: { readonly remove: boolean }): Promise<void> {
    await Promise.all([this.#services.close(), this.#endpoints.close()]);
    await this.#recorder?.close(options);
    await this.router.close(options);
  }
}
