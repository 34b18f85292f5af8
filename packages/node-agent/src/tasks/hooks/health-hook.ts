import { containerKey, containerSpec, type Hook } from "./hook.ts";

/** `["CMD", …]` is run as it is, `["CMD-SHELL", script]` and a bare string by the container's shell. */
export const healthCommand = (declared: readonly string[]): readonly string[] => {
  const [form, ...rest] = declared;
  if (form === "CMD") return rest;
  if (form === "CMD-SHELL") return ["/bin/sh", "-c", rest.join(" ")];
  return ["/bin/sh", "-c", declared.join(" ")];
};

export const checkHealth: Hook<"check-health"> = async (step, target, ports) => {
  const check = containerSpec(target, step.container).healthCheck;
  if (check === undefined) throw new Error(`container ${step.container} has no health check`);
  const { exitCode, output } = await ports.runtime.execute(
    containerKey(target, step.container),
    healthCommand(check.command),
    check.timeoutSeconds * 1000,
  );
  const said = exitCode === undefined ? `Health check exceeded timeout (${check.timeoutSeconds}s)` : output;
  return [{ kind: "succeeded", step, exitCode, output: said }];
};
