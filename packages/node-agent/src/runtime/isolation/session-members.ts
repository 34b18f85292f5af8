import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type CgroupHierarchy, cgroupDirectory } from "../cgroups/hierarchy.ts";

/** The session that a process belongs to, as the kernel's session ids go; undefined where it has ended. */
const sessionOf = (pid: number): number | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const [state, , , session] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return state === "Z" || state === "X" ? undefined : Number(session);
  } catch {
    return undefined;
  }
};

const membersOf = (directory: string): readonly number[] => {
  try {
    return readFileSync(join(directory, "cgroup.procs"), "utf8").split("\n").filter(Boolean).map(Number);
  } catch {
    return [];
  }
};

const rounds = 50;

/** Kills every process of a control group that belongs to a session, until none is left: they may start others. */
export const killSessionMembers = async (hierarchy: CgroupHierarchy, group: string, session: number): Promise<void> => {
  const directory = cgroupDirectory(hierarchy, "pids", group);
  for (let round = 0; round < rounds; round += 1) {
    const members = membersOf(directory).filter((pid) => sessionOf(pid) === session);
    if (members.length === 0) return;
    for (const pid of members) {
      try {
        process.kill(pid, "SIGKILL");
      } catch (thrown) {
        if ((thrown as NodeJS.ErrnoException).code !== "ESRCH") throw thrown;
      }
    }
    await sleep(10);
  }
};

/**
 * The same as a shell script inside a container of a sandbox, whose processes the machine's kernel does not see. Its
 * argument is the session.
 */
export const killSessionScript = `round=0
while [ "$round" -lt 50 ]; do
  members=
  for file in /proc/[0-9]*/stat; do
    { IFS= read -r line <"$file"; } 2>/dev/null || continue
    pid=\${file#/proc/}
    set -- "$0" \${line##*) }
    [ "$5" = "$0" ] && [ "$2" != Z ] && members="$members \${pid%/stat}"
  done
  [ -z "$members" ] && exit 0
  kill -9 $members 2>/dev/null
  round=$((round + 1))
done`;
