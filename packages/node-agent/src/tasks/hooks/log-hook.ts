import { messageOf, type SessionResult } from "@fleetless/kernel";
import { containerKey, containerSpec, type Hook, StepFailure, workloadIdOf } from "./hook.ts";

/** How long the last lines of a container may take to be delivered, in milliseconds. */
const drainLimit = 30_000;

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });

const unreachable = (thrown: unknown): SessionResult<void> => ({
  ok: false,
  refusal: { code: "ServiceUnavailable", message: messageOf(thrown), retryable: true },
});

export const openLog: Hook<"open-log"> = async (step, target, ports, signal) => {
  const outputPath = ports.runtime.outputPath(containerKey(target, step.container));
  const opening = ports.logs
    .open(target.task.workload, containerSpec(target, step.container), outputPath)
    .catch(unreachable);
  const result = await Promise.race([opening, aborted(signal)]);
  if (!result.ok)
    throw new StepFailure(`ResourceInitializationError: ${result.refusal.message}`, result.refusal.retryable);
  return [{ kind: "succeeded", step }];
};

export const drainLog: Hook<"drain-log"> = async (step, target, ports) => {
  await ports.logs.drain(workloadIdOf(target), step.container, drainLimit);
  return [{ kind: "succeeded", step }];
};
