import type { VpcId } from "@fleetless/kernel";
import { forgetPublicAddresses } from "./flows.ts";
import type { HostNetwork } from "./host-network.ts";

/** The public addresses that the machine leads to one VPC. */
export class PublicAddresses {
  readonly #host: HostNetwork;
  readonly #vpcId: VpcId;
  readonly #namespace: string;
  #led: readonly string[] = [];

  constructor(host: HostNetwork, vpcId: VpcId, namespace: string) {
    this.#host = host;
    this.#vpcId = vpcId;
    this.#namespace = namespace;
  }

  /** Takes over what an earlier run led here. */
  async open(withIpv6: boolean): Promise<void> {
    this.#led = await this.#host.routedAddresses(this.#vpcId, withIpv6);
  }

  /** Finds out what leads here still; the next `lead` does the rest. */
  async mend(withIpv6: boolean): Promise<void> {
    await this.#host.mendUplink(this.#vpcId, withIpv6);
    await this.open(withIpv6);
  }

  /** Leads these addresses, and these blocks of IPv6, to the VPC and no others. Answers those that led here before. */
  async lead(addresses: readonly string[]): Promise<readonly string[]> {
    const [before, after] = [new Set(this.#led), new Set(addresses)];
    const freed = [...before].filter((address) => !after.has(address));
    const added = [...after].filter((address) => !before.has(address));
    await this.#host.routePublicAddresses(this.#vpcId, added, freed);
    this.#led = addresses;
    return freed;
  }

  /** Whoever has such an address next must not inherit its connections. */
  forget(freed: readonly string[]): Promise<void> {
    // A block of IPv6 goes when no interface has an address of it any more.
    const addresses = freed.filter((address) => !address.includes(":"));
    return forgetPublicAddresses(addresses, this.#namespace);
  }
}
