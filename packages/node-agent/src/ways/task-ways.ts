import { addressInTheWorld, type ServiceDestination, type WayOut, wayToAddress, wayToService } from "@fleetless/engine";
import type { Clock, VpcId, VpcSpec, Workload, WorkloadId } from "@fleetless/kernel";
import type { HostAddresses } from "./host-addresses.ts";

export interface TaskWaysOptions {
  /** What is desired of a VPC now; undefined where it has not been described yet. */
  readonly vpc: (id: VpcId) => VpcSpec | undefined;
  readonly workload: (id: WorkloadId) => Workload | undefined;
  readonly hosts: HostAddresses;
  readonly clock: Clock;
}

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

  /** A host that nobody knows an address of is taken to be somewhere in the world. */
  async toHost({ networkInterface }: Workload, host: string, port: number): Promise<WayOut> {
    const address = (await this.#options.hosts.find(host)) ?? addressInTheWorld;
    const destination = { address, port, name: `${host}:${port}` };
    return wayToAddress(await this.#vpc(networkInterface.vpcId), networkInterface, destination);
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
