import { hostnameOf, hostsFile, resolvConf } from "../hosts-file.ts";
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
      hostname: hostnameOf(workload),
      resolvConf: resolvConf(reserved),
      hosts: hostsFile(workload),
      restoreNetwork: () => ports.network.restore(workload.id),
    },
    signal,
  );
  return [{ kind: "succeeded", step }];
};

/** The counters go with the control group, so they are read last of all. Exit codes must be in the journal for good before the runtime forgets them. */
export const destroySandbox: Hook<"destroy-sandbox"> = async (step, target, ports) => {
  await ports.flushJournal();
  const usage = await ports.runtime.taskUsage(workloadIdOf(target)).catch(() => undefined);
  if (usage !== undefined) target.apply({ kind: "measured", ...usage });
  await ports.runtime.destroySandbox(workloadIdOf(target));
  return [{ kind: "succeeded", step }];
};
