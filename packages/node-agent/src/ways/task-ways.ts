import {
  addressInTheWorld,
  familyOfWays,
  memberAddress,
  type ServiceDestination,
  type WayOut,
  wayToAddress,
  wayToService,
} from "@fleetless/engine";
import type { Clock, NetworkInterfaceSpec, VpcId, VpcSpec, Workload, WorkloadId } from "@fleetless/kernel";
import type { HostInVpc } from "../network/dns/host-in-vpc.ts";
import type { HostAddresses } from "./host-addresses.ts";

export interface TaskWaysOptions {
  /** What is desired of a VPC now; undefined where it has not been described yet. */
  readonly vpc: (id: VpcId) => VpcSpec | undefined;
  readonly workload: (id: WorkloadId) => Workload | undefined;
  readonly hosts: HostAddresses;
  readonly clock: Clock;
}

/** What is said to a task that has IPv6 alone of a name that leads to IPv4 addresses only. */
export const withoutIpv6 = (
  { id, subnetId }: Pick<NetworkInterfaceSpec, "id" | "subnetId">,
  host: string,
): WayOut & { readonly kind: "refused" } => ({
  kind: "refused",
  because: `${host} has IPv4 addresses alone, and ${id} of ${subnetId} has none`,
  hops: [],
});

const unknownVpcMilliseconds = 5_000;

/**
 * By which ways tasks leave their VPCs, told from what is desired of the VPCs now. Whatever the node does on a task's
 * behalf asks here first, so that it goes as far as the task itself would.
 */
export class TaskWays {
  readonly #options: TaskWaysOptions;

  constructor(options: TaskWaysOptions) {
    this.#options = options;
  }

  /** The workload, where it is this node's. */
  workload(id: WorkloadId): Workload | undefined {
    return this.#options.workload(id);
  }

  async toService({ networkInterface }: Workload, destination: ServiceDestination): Promise<WayOut> {
    return wayToService(await this.#vpc(networkInterface.vpcId), networkInterface, destination);
  }

  /**
   * To a host as the task's VPC knows it. One that nobody knows an address of is taken to be somewhere in the world,
   * and one whose name only the VPC's own name servers know is left for packets to find. To a task that has IPv6 alone
   * a host of IPv4 alone is out of reach.
   */
  async toHost(
    { networkInterface }: Workload,
    host: string,
    port: number,
  ): Promise<{ readonly way: WayOut; readonly host: HostInVpc }> {
    const vpc = await this.#vpc(networkInterface.vpcId);
    const family = familyOfWays(networkInterface);
    const found = await this.#options.hosts.find(vpc, host, family);
    if (found.isIpv4Only) return { way: withoutIpv6(networkInterface, host), host: found };
    if (found.address === undefined && found.isOwn) {
      const source = memberAddress(networkInterface, family) ?? "";
      return { way: { kind: "routed", source, hops: [] }, host: found };
    }
    const destination = { address: found.address ?? addressInTheWorld[family], port, name: `${host}:${port}` };
    return { way: wayToAddress(vpc, networkInterface, destination), host: found };
  }

  /** The VPC, which may be just about to be described by the control plane. Throws where it is not. */
  async #vpc(id: VpcId): Promise<VpcSpec> {
    const { clock, vpc } = this.#options;
    const deadline = clock.now() + unknownVpcMilliseconds;
    for (;;) {
      const found = vpc(id);
      if (found !== undefined) return found;
      if (clock.now() >= deadline) throw new Error(`The VPC ${id} has not been described to this machine`);
      await clock.sleep(20);
    }
  }
}
