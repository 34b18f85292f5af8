import { constants } from "node:os";
import type { Outcome } from "@fleetless/engine";
import { exitDetails } from "../exit-details.ts";
import { containerKey, type Hook, type HookPorts, type HookTask } from "./hook.ts";

const isSignal = (name: string): name is NodeJS.Signals => name in constants.signals;

/** An image's StopSignal (`SIGQUIT`, `QUIT` or `3`) as Node names it; SIGTERM where there is none or it is unknown here. */
export const stopSignalOf = (declared: string | undefined): NodeJS.Signals => {
  if (declared === undefined || declared === "") return "SIGTERM";
  const upper = declared.toUpperCase();
  const named = upper.startsWith("SIG") ? upper : `SIG${upper}`;
  if (isSignal(named)) return named;
  const numbered = Object.entries(constants.signals).find(([, number]) => String(number) === declared)?.[0];
  return numbered !== undefined && isSignal(numbered) ? numbered : "SIGTERM";
};

/** How a container that ought to run has ended unnoticed, or undefined where it is still there. */
const endOf = async (
  target: HookTask,
  ports: HookPorts,
  step: { readonly container: string; readonly attempt: number },
): Promise<Outcome | undefined> => {
  const key = containerKey(target, step.container);
  const { containers } = await ports.runtime.find();
  const found = containers.find(({ workloadId, name }) => workloadId === key.workloadId && name === key.name);
  const { container, attempt } = step;
  if (found === undefined) return { kind: "lost", container, attempt, reason: "The container is gone from the node" };
  if (found.state !== "exited" || found.exit === undefined) return undefined;
  return { kind: "exited", container, attempt: found.exit.attempt, ...exitDetails(found.exit) };
};

export const stopContainer: Hook<"stop-container"> = async (step, target, ports) => {
  const done: Outcome = { kind: "succeeded", step };
  const signal = stopSignalOf(target.equipment.images[step.container]?.stopSignal);
  try {
    await ports.runtime.signalContainer(containerKey(target, step.container), signal);
  } catch (thrown) {
    const end = await endOf(target, ports, step);
    if (end === undefined) throw thrown;
    return [done, end];
  }
  return [done];
};

/** Looks first: the exit may have been missed, and a dead container cannot be killed again. */
export const killContainer: Hook<"kill-container"> = async (step, target, ports) => {
  const done: Outcome = { kind: "succeeded", step };
  const end = await endOf(target, ports, step);
  if (end !== undefined) return [done, end];
  await ports.runtime.signalContainer(containerKey(target, step.container), "SIGKILL");
  return [done];
};
