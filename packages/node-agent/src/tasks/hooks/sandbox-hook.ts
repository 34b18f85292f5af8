import { hostsFile, resolvConf } from "../hosts-file.ts";
import { type Hook, StepFailure, workloadIdOf } from "./hook.ts";

/** The namespace is enough for a sandbox: its interface is attached meanwhile. */
export const createSandbox: Hook<"create-sandbox"> = async (step, target, ports, signal) => {
  const { workload, isolation } = target.task;
  if (!ports.runtime.isolation.available.includes(isolation)) {
    throw new StepFailure(`ResourceInitializationError: isolation ${isolation} does not work on this machine`, false);
  }
  const reserved = await ports.network.reserve(workload.id, workload.networkInterface, signal);
  await ports.runtime.createSandbox(
    {
      workload,
      networkNamespacePath: reserved.networkNamespacePath,
      hostname: workload.networkInterface.privateDnsName,
      resolvConf: resolvConf(reserved),
      hosts: hostsFile(workload.networkInterface),
    },
    signal,
  );
  return [{ kind: "succeeded", step }];
};

/** Exit codes must be in the journal for good before the runtime forgets them. */
export const destroySandbox: Hook<"destroy-sandbox"> = async (step, target, ports) => {
  await ports.flushJournal();
  await ports.runtime.destroySandbox(workloadIdOf(target));
  return [{ kind: "succeeded", step }];
};
