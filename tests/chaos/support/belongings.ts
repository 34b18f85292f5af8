import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What an instance calls its things, made from the path of its data directory. */
export interface Belongings {
  readonly dataDirectory: string;
  /** containerd's namespace and the control group's name. */
  readonly namespace: string;
  readonly containerdSocket: string;
  readonly taskNamespacePrefix: string;
  readonly vpcNamespacePrefix: string;
  readonly sandboxes: string;
  readonly interfaces: string;
}

const digest = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 6);

export const belongingsOf = (dataDirectory: string): Belongings => {
  const name = digest(dataDirectory);
  return {
    dataDirectory,
    namespace: `fleetless-${name}`,
    containerdSocket: join(dataDirectory, "node/state/runtime/containerd.sock"),
    taskNamespacePrefix: `fl-${digest(name)}-task-`,
    vpcNamespacePrefix: `fl-${digest(name)}-vpc-`,
    sandboxes: join(dataDirectory, "node/runtime/runtime/sandboxes"),
    interfaces: join(dataDirectory, "node/network/network/interfaces"),
  };
};

export interface RunningProcess {
  readonly pid: number;
  /** In ticks since the machine's start: differs where the number was given to another process since. */
  readonly startedAt: number;
  readonly arguments: readonly string[];
  /** Id of the task in whose control group it is. */
  readonly taskId: string | undefined;
  /** containerd's id of the container, or what the isolation calls the group that it is in. */
  readonly group: string | undefined;
}

const describe = (pid: number, { namespace }: Belongings): RunningProcess | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (fields[0] === "Z" || fields[0] === "X") return undefined;
    const groups = readFileSync(`/proc/${pid}/cgroup`, "utf8");
    const [, taskId, group] = new RegExp(`/${namespace}/([0-9a-f]{32})(?:/([^\\s/]+))?`).exec(groups) ?? [];
    return {
      pid,
      startedAt: Number(fields[19]),
      arguments: readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").slice(0, -1),
      taskId,
      group,
    };
  } catch {
    // It has ended meanwhile.
    return undefined;
  }
};

/** Every living process of the machine, told apart by whose it is. */
export const processesOf = (belongings: Belongings) => {
  const all = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => describe(Number(name), belongings) ?? []);
  const { dataDirectory, namespace, containerdSocket } = belongings;
  const has = (process: RunningProcess, ...parts: readonly string[]): boolean =>
    parts.every((part) => process.arguments.includes(part));
  const configuration = containerdSocket.replace(/\.sock$/, ".toml");
  const inTasks = all.filter(({ taskId }) => taskId !== undefined);
  return {
    daemons: all.filter((process) => has(process, "serve", "--data-directory", dataDirectory)),
    containerds: all.filter((process) => has(process, "--config", configuration)),
    shims: all.filter(
      (process) => /containerd-shim/.test(process.arguments[0] ?? "") && has(process, "-namespace", namespace),
    ),
    inTasks,
    /** Whatever names the data directory or runs in a task: helpers of the agent too. */
    mine: all.filter(
      (process) => process.taskId !== undefined || process.arguments.some((part) => part.includes(dataDirectory)),
    ),
    /** One per container under runc, one per task under gVisor: what dies with them. */
    firstProcesses: firstOfEach(inTasks),
  };
};

const isSandbox = ({ arguments: [program = ""] }: RunningProcess): boolean => program.startsWith("runsc-sandbox");

const firstOfEach = (processes: readonly RunningProcess[]): RunningProcess[] => {
  const groups = Map.groupBy(processes, ({ taskId, group }) => `${taskId}/${group}`);
  return [...groups].flatMap(([key, members]) => {
    if (key.endsWith("/sandbox")) return members.filter(isSandbox);
    return members.toSorted((a, b) => a.startedAt - b.startedAt || a.pid - b.pid).slice(0, 1);
  });
};

/** A task's first processes, each as a number and a time that no other process has. */
export const firstProcessesOf = (belongings: Belongings, taskId: string): readonly string[] =>
  processesOf(belongings)
    .firstProcesses.filter((process) => process.taskId === taskId)
    .map(({ pid, startedAt }) => `${pid} ${startedAt}`)
    .toSorted();
