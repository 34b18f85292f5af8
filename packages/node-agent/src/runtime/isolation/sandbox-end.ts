import { closeSync, existsSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import type { CgroupHierarchy } from "../cgroups/hierarchy.ts";
import { refusedProcesses } from "../cgroups/task-cgroup.ts";

const excerptBytes = 200;

/** The first line of what Go's runtime wrote as the sandbox's process crashed. */
const panicLine = (path: string): string => {
  if (!existsSync(path)) return "";
  const descriptor = openSync(path, "r");
  try {
    const buffer = Buffer.alloc(excerptBytes);
    const [line = ""] = buffer.toString("utf8", 0, readSync(descriptor, buffer)).split("\n");
    return line;
  } finally {
    closeSync(descriptor);
  }
};

/**
 * Why runsc's sandbox ended under its containers, or undefined where it did not. `workDirectory` is where its wrapper
 * leaves traces: `panic`, what a crash wrote, and `lost`, made when a container's exit code could not be had. A crash
 * is most often the control group's refusal of one more thread, of which runsc needs several per process inside.
 */
export const sandboxEnd = (
  workDirectory: string,
  hierarchy: CgroupHierarchy,
  groups: readonly string[],
): string | undefined => {
  const panic = panicLine(join(workDirectory, "panic"));
  if (panic === "" && !existsSync(join(workDirectory, "lost"))) return undefined;
  if (groups.some((group) => refusedProcesses(hierarchy, group) > 0))
    return "the sandbox ended: the task has more processes than its limit allows";
  return `the sandbox ended: ${panic === "" ? "its process was killed" : panic}`;
};
