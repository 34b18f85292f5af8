import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Belongings, processesOf } from "./belongings.ts";
import { interfaceFiles } from "./network-census.ts";

const execute = promisify(execFile);
const maximumOutputBytes = 64 * 1024 * 1024;

const lines = async (program: string, ...parameters: readonly string[]): Promise<string[]> =>
  (await execute(program, [...parameters], { maxBuffer: maximumOutputBytes })).stdout.split("\n").filter(Boolean);

/** What an instance holds on the machine now. */
export interface Census {
  /** By kind of thing, the ids of the tasks that have one. */
  readonly ofTasks: Readonly<Record<string, ReadonlySet<string>>>;
  /** By kind of thing, how many there are. */
  readonly counts: Readonly<Record<string, number>>;
}

const taskIds = (texts: readonly string[]): ReadonlySet<string> =>
  new Set(texts.flatMap((text) => /[0-9a-f]{32}/.exec(text)?.[0] ?? []));

const taskGroups = ({ namespace }: Belongings): string[] =>
  ["", ...readdirSync("/sys/fs/cgroup")].flatMap((hierarchy) => {
    const directory = join("/sys/fs/cgroup", hierarchy, namespace);
    return existsSync(directory) ? readdirSync(directory).filter((name) => /^[0-9a-f]{32}$/.test(name)) : [];
  });

const insideVpcs = async (belongings: Belongings, ...command: readonly string[]): Promise<string[]> => {
  const namespaces = readdirSync("/run/netns").filter((name) => name.startsWith(belongings.vpcNamespacePrefix));
  return (await Promise.all(namespaces.map((name) => lines("nsenter", `--net=/run/netns/${name}`, ...command)))).flat();
};

export const takeCensus = async (belongings: Belongings): Promise<Census> => {
  const { containerdSocket, namespace, dataDirectory, sandboxes, taskNamespacePrefix } = belongings;
  const ctr = (noun: string): Promise<string[]> =>
    lines("ctr", "--address", containerdSocket, "--namespace", namespace, noun, "ls", "-q");
  const [containers, containerdTasks, links] = await Promise.all([
    ctr("containers"),
    ctr("tasks"),
    insideVpcs(belongings, "ip", "-o", "link"),
  ]);
  const { shims, inTasks } = processesOf(belongings);
  const interfaces = interfaceFiles(belongings);
  const mounts = readFileSync("/proc/mounts", "utf8")
    .split("\n")
    .map((line) => line.split(" ")[1] ?? "")
    .filter((path) => path.startsWith(`${dataDirectory}/`));
  const loops = await lines("losetup", "-l", "-n", "-O", "BACK-FILE");
  return {
    ofTasks: {
      containers: taskIds(containers),
      "containerd's tasks": taskIds(containerdTasks),
      processes: new Set(inTasks.flatMap(({ taskId }) => taskId ?? [])),
      "control groups": new Set(taskGroups(belongings)),
      "sandbox records": taskIds(readdirSync(sandboxes)),
      interfaces: new Set(interfaces.map(({ workloadId }) => workloadId)),
      "output files": taskIds(readdirSync(join(dataDirectory, "node/runtime/runtime/output"))),
      "log states": taskIds(readdirSync(join(dataDirectory, "node/logs"))),
      "root file systems": taskIds(mounts.filter((path) => path.includes("/containerd/"))),
    },
    counts: {
      shims: shims.length,
      "network namespaces": readdirSync("/run/netns").filter((name) => name.startsWith(taskNamespacePrefix)).length,
      "interfaces in VPCs": links.filter((line) => /^\d+: t[0-9a-f]{12}[@:]/.test(line)).length,
      volumes: mounts.filter((path) => path.includes("/runtime/storage/")).length,
      "loop devices": loops.filter((path) => path.startsWith(`${dataDirectory}/`)).length,
      "volume files": readdirSync(join(dataDirectory, "node/runtime/runtime/storage")).filter((name) =>
        name.endsWith(".img"),
      ).length,
    },
  };
};

/** What is kept ready for tasks to come: so much of each kind may be there beside what tasks have. */
const readyAtMost: Readonly<Record<string, number>> = {
  shims: 2,
  "network namespaces": 6,
  "interfaces in VPCs": 6,
  volumes: 4,
  "loop devices": 4,
  "volume files": 4,
};

/** What the machine holds that none of these tasks has, and what one of them ought to have and has not. */
export const discrepancies = (census: Census, running: ReadonlySet<string>): string[] => [
  ...Object.entries(census.ofTasks).flatMap(([kind, ids]) => [
    ...[...ids].filter((id) => !running.has(id)).map((id) => `${kind}: ${id} is not a running task`),
    ...[...running].filter((id) => !ids.has(id)).map((id) => `${kind}: running task ${id} has none`),
  ]),
  ...Object.entries(census.counts)
    .filter(([kind, count]) => count < running.size || count > running.size + (readyAtMost[kind] ?? 0))
    .map(([kind, count]) => `${kind}: ${count} for ${running.size} tasks`),
];
