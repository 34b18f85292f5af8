import type { Hook } from "./hook.ts";
import { workloadIdOf } from "./hook.ts";

/**
 * Done once the node enforces the VPC as it is wanted now, so that no packet passes unfiltered. Where the VPC is
 * there already its changes and the interface come into force together.
 */
export const attachNetwork: Hook<"attach-network"> = async (step, target, ports, signal) => {
  const { networkInterface } = target.task.workload;
  const enforced = ports.vpcs.enforced(networkInterface.vpcId, signal);
  if (!ports.vpcs.knows(networkInterface.vpcId)) await enforced;
  const [attached] = await Promise.all([
    ports.network.attach(workloadIdOf(target), networkInterface, signal),
    enforced,
  ]);
  target.equip((equipment) => ({ ...equipment, attached }));
  return [{ kind: "succeeded", step }];
};

export const detachNetwork: Hook<"detach-network"> = async (step, target, ports) => {
  await ports.network.detach(workloadIdOf(target));
  return [{ kind: "succeeded", step }];
};
