import type { Hook } from "./hook.ts";
import { workloadIdOf } from "./hook.ts";

/** Once the node enforces the VPC as it is wanted now, so that no packet passes unfiltered. */
export const attachNetwork: Hook<"attach-network"> = async (step, target, ports, signal) => {
  const { networkInterface } = target.task.workload;
  await ports.vpcs.enforced(networkInterface.vpcId, signal);
  const attached = await ports.network.attach(workloadIdOf(target), networkInterface, signal);
  target.equip((equipment) => ({ ...equipment, attached }));
  return [{ kind: "succeeded", step }];
};

export const detachNetwork: Hook<"detach-network"> = async (step, target, ports) => {
  await ports.network.detach(workloadIdOf(target));
  return [{ kind: "succeeded", step }];
};
