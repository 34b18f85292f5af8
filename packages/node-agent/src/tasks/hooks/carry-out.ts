import type { Outcome, Step } from "@fleetless/engine";
import { createContainer, deleteContainer, startContainer } from "./container-hooks.ts";
import { checkHealth } from "./health-hook.ts";
import type { HookPorts, HookTask } from "./hook.ts";
import { prepareImage } from "./image-hook.ts";
import { drainLog, openLog } from "./log-hook.ts";
import { attachNetwork, detachNetwork } from "./network-hook.ts";
import { createSandbox, destroySandbox } from "./sandbox-hook.ts";
import { killContainer, stopContainer } from "./signal-hooks.ts";

/** Carries a step out with the hook of its kind. Throws what the hook throws. */
export const carryOut = (
  step: Step,
  target: HookTask,
  ports: HookPorts,
  signal: AbortSignal,
): Promise<readonly Outcome[]> => {
  switch (step.kind) {
    case "attach-network":
      return attachNetwork(step, target, ports, signal);
    case "detach-network":
      return detachNetwork(step, target, ports, signal);
    case "create-sandbox":
      return createSandbox(step, target, ports, signal);
    case "destroy-sandbox":
      return destroySandbox(step, target, ports, signal);
    case "prepare-image":
      return prepareImage(step, target, ports, signal);
    case "open-log":
      return openLog(step, target, ports, signal);
    case "drain-log":
      return drainLog(step, target, ports, signal);
    case "create-container":
      return createContainer(step, target, ports, signal);
    case "start-container":
      return startContainer(step, target, ports, signal);
    case "delete-container":
      return deleteContainer(step, target, ports, signal);
    case "check-health":
      return checkHealth(step, target, ports, signal);
    case "stop-container":
      return stopContainer(step, target, ports, signal);
    case "kill-container":
      return killContainer(step, target, ports, signal);
  }
};
