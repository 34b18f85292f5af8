import { familyOf, familyOfWays } from "@fleetless/engine";
import type { Workload } from "@fleetless/kernel";
import type { TaskNetwork } from "../network/contract.ts";
import { DialError } from "../network/namespace-dialer.ts";
import { type Dial, type RegistryWay, RuntimeError } from "../runtime/contract.ts";
import { imageOrigin } from "./image-origin.ts";
import { noWayToRegistry } from "./refusals.ts";
import type { TaskWays } from "./task-ways.ts";

/** Connections of the task's own; one that does not come about says what is in the way where that is known. */
const dialFor =
  (ways: TaskWays, network: Pick<TaskNetwork, "connect">, workload: Workload): Dial =>
  async (destination, signal) => {
    try {
      return await network.connect(workload.id, destination, signal);
    } catch (thrown) {
      if (!(thrown instanceof DialError) || thrown.address === undefined) throw thrown;
      if (familyOf(thrown.address) !== familyOfWays(workload.networkInterface)) throw thrown;
      const { way } = await ways.toHost(workload, thrown.address, destination.port);
      if (way.kind !== "refused") throw thrown;
      throw new DialError(`${thrown.message}: ${way.because}`, thrown.address, { cause: thrown });
    }
  };

export interface RegistryWaysOptions {
  readonly ways: TaskWays;
  readonly network: Pick<TaskNetwork, "connect">;
  /** The node's requests go to a proxy, which is the node's own way: images come by it then. */
  readonly byProxy: boolean;
}

/**
 * By which way the task gets to the registry, which is not ours, that the image is in; undefined where it is for the
 * node to get there. Throws RuntimeError where the task has none.
 */
export const wayToRegistry = async (
  { ways, network, byProxy }: RegistryWaysOptions,
  workload: Workload,
  image: string,
): Promise<RegistryWay | undefined> => {
  // ECR's own ways are asked for with the login; one of another account's is as good as any registry.
  const origin = imageOrigin(image, { registryPort: 0, region: "" });
  if (origin.kind === "machine") return undefined;
  const dial = dialFor(ways, network, workload);
  if (origin.kind === "ecr") return byProxy ? undefined : { dial };
  const { way, host } = await ways.toHost(workload, origin.host, origin.port);
  if (way.kind === "refused") throw new RuntimeError("CannotPullContainerError", noWayToRegistry(image, way.because));
  if (byProxy) return undefined;
  return host.isOwn ? { dial, network: workload.networkInterface.vpcId } : { dial };
};
