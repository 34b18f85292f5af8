import { shareUnchanged } from "@fleetless/engine";
import type { VpcSpec } from "@fleetless/kernel";
import type { InterfaceRecord } from "./interface-records.ts";
import { PortCounters } from "./interface-usage.ts";
import { VpcRouter, type VpcRouterOptions } from "./vpc-router.ts";
import { VpcServices, type VpcServicesOptions } from "./vpc-services.ts";

/** A VPC as it stands on this machine: its router, the services at its link-local addresses, its counters. */
export class VpcPresence {
  readonly router: VpcRouter;
  readonly counters: PortCounters;
  readonly #services: VpcServices;

  constructor(vpc: VpcSpec, options: VpcRouterOptions & VpcServicesOptions) {
    this.router = new VpcRouter(vpc, options);
    this.counters = new PortCounters(this.router.namespace);
    this.#services = new VpcServices(vpc, options);
  }

  get vpc(): VpcSpec {
    return this.router.vpc;
  }

  /** Answers the ends of peerings that an earlier run left. */
  async open(records: readonly InterfaceRecord[]): Promise<readonly string[]> {
    const peeringDevices = await this.router.open(records);
    await this.#services.open(this.router.namespace);
    return peeringDevices;
  }

  /** Answers whether anything was different. */
  async update(vpc: VpcSpec): Promise<boolean> {
    const shared = shareUnchanged(this.router.vpc, vpc);
    if (shared === this.router.vpc) return false;
    this.#services.update(shared);
    await this.router.update(shared);
    return true;
  }

  async close(options: { readonly remove: boolean }): Promise<void> {
    await this.#services.close();
    await this.router.close(options);
  }
}
