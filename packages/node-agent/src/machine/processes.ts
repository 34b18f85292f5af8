import { readdir, readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

export interface MachineProcess {
  readonly pid: number;
  /** Its program and arguments as it shows them. */
  readonly arguments: readonly string[];
  /** Paths of the control groups that it is in, one per hierarchy. */
  readonly cgroups: readonly string[];
}

const describe = async (pid: number): Promise<MachineProcess | undefined> => {
  try {
    const [commandLine, cgroups, stat] = await Promise.all([
      readFile(`/proc/${pid}/cmdline`, "utf8"),
      readFile(`/proc/${pid}/cgroup`, "utf8"),
      readFile(`/proc/${pid}/stat`, "utf8"),
    ]);
    if (/\) [ZX] /.test(stat)) return undefined;
    return {
      pid,
      arguments: commandLine.split("\0").slice(0, -1),
      cgroups: cgroups.split("\n").map((line) => line.split(":").slice(2).join(":")),
    };
  } catch {
    // It has ended meanwhile.
    return undefined;
  }
};

/** Every living process of this machine that satisfies the condition, this one excepted. */
const findProcesses = async (belongs: (process: MachineProcess) => boolean): Promise<readonly MachineProcess[]> => {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(pids.filter((pid) => pid !== process.pid).map(describe));
  return found.filter((candidate) => candidate !== undefined).filter(belongs);
};

const killLimitMilliseconds = 15_000;

/** Kills processes that satisfy the condition until none is left, since they may start others. Answers all it met. */
export const killProcesses = async (
  belongs: (process: MachineProcess) => boolean,
): Promise<readonly MachineProcess[]> => {
  const met = new Map<number, MachineProcess>();
  const deadline = Date.now() + killLimitMilliseconds;
  for (;;) {
    const found = await findProcesses(belongs);
    if (found.length === 0) return [...met.values()];
    for (const each of found) {
      met.set(each.pid, each);
      try {
        process.kill(each.pid, "SIGKILL");
      } catch (thrown) {
        if ((thrown as NodeJS.ErrnoException).code !== "ESRCH") throw thrown;
      }
    }
    if (Date.now() > deadline) {
      const names = found.map(({ pid, arguments: [program = ""] }) => `${pid} (${program})`);
      throw new Error(`Processes do not end: ${names.join(", ")}`);
    }
    await sleep(10);
  }
};
