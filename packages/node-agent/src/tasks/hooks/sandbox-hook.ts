import { hostsFile, resolvConf } from "../hosts-file.ts";
import { type Hook, StepFailure, workloadIdOf } from "./hook.ts";

export const createSandbox: Hook<"create-sandbox"> = async (step, target, ports, signal) => {
  const { workload, isolation } = target.task;
  const { attached } = target.equipment;
  if (attached === undefined) throw new Error("the task has no network namespace");
  if (!ports.runtime.isolation.available.includes(isolation)) {
    throw new StepFailure(`ResourceInitializationError: isolation ${isolation} does not work on this machine`, false);
  }
  await ports.runtime.createSandbox(
    {
      workload,
      networkNamespacePath: attached.networkNamespacePath,
      hostname: workload.networkInterface.privateDnsName,
      resolvConf: resolvConf(attached),
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
