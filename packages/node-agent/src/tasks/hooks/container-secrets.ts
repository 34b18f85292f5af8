import { type ContainerSecrets, messageOf } from "@fleetless/kernel";
import { containerSpec, type HookPorts, type HookTask, StepFailure, workloadIdOf } from "./hook.ts";

const unreachable = "ResourceInitializationError: unable to pull secrets or registry auth:";

/**
 * The values of a container's secrets; undefined where its definition asks for none. They are read when they are
 * needed and kept nowhere. Throws StepFailure in ECS's words.
 */
export const readSecrets = async (
  target: HookTask,
  container: string,
  ports: HookPorts,
): Promise<ContainerSecrets | undefined> => {
  const { secrets = [], secretFiles = [] } = containerSpec(target, container);
  if (secrets.length === 0 && secretFiles.length === 0) return undefined;
  const result = await ports.containerSecrets(workloadIdOf(target), container).catch((thrown: unknown) => {
    throw new StepFailure(`${unreachable} ${messageOf(thrown)}`, true);
  });
  if (result.ok) return result.value;
  const { code, message, retryable } = result.refusal;
  throw new StepFailure(`${code}: ${message}`, retryable);
};
