import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { BindMount } from "./storage/volumes.ts";

/** Where containers that allow sessions find the tools of the machine, as they find AWS's own agent on Fargate. */
const managedAgentPath = "/managed-agents/execute-command";
export const managedAgentShell = `${managedAgentPath}/busybox`;

/** A static busybox for copies, forwarded ports and images without a shell; made once for all containers. */
export const prepareManagedAgent = (directory: string): void => {
  const program = join(directory, "busybox");
  mkdirSync(directory, { recursive: true, mode: 0o755 });
  if (!existsSync(program)) copyFileSync("/usr/bin/busybox", program);
};

export const managedAgentMount = (directory: string): BindMount => ({
  source: directory,
  containerPath: managedAgentPath,
  readOnly: true,
});
