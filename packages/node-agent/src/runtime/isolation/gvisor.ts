import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { type Logger, messageOf } from "@fleetless/kernel";
import { runCommand, tryCommand } from "../../machine/run-command.ts";
import { type CgroupHierarchy, cgroupDirectory } from "../cgroups/hierarchy.ts";
import { limitMemory, oomKills, removeCgroup } from "../cgroups/task-cgroup.ts";
import { containerLabels } from "../container-ids.ts";
import { encodeRuncOptions } from "../containerd/client.ts";
import type { Tasks } from "../containerd/tasks.ts";
import { managedAgentShell } from "../managed-agent.ts";
import type { OciSpec } from "../spec/oci.ts";
import type { SandboxRecord, SandboxRecords } from "../storage/sandbox-records.ts";
import { cpuInside } from "./cpu-shares.ts";
import type { IsolationDriver, RuntimePlan } from "./driver.ts";
import type { GvisorPlatform } from "./gvisor-probe.ts";
import { gvisorSpec, pauseSpec } from "./gvisor-spec.ts";
import { firstProcess, limitsPath, memoryWatch, pageBytes } from "./memory-watch.ts";
import { runscWrapper } from "./runsc-wrapper.ts";
import { sandboxEnd } from "./sandbox-end.ts";
import { killSessionScript } from "./session-members.ts";
import type { ShimGroups } from "./shim-groups.ts";

export interface GvisorOptions {
  readonly hierarchy: CgroupHierarchy;
  readonly stateDirectory: string;
  readonly platform: GvisorPlatform;
  readonly tasks: Tasks;
  readonly groups: ShimGroups;
  readonly records: SandboxRecords;
  /** Where all is kept that holds secrets. */
  readonly vault: string;
  readonly logger: Logger;
}

const controllers = ["memory", "cpu", "cpuacct", "pids", "blkio"] as const;

/** The container that the sandbox lives and dies with: a task's only one, or else one that does nothing. */
const sandboxIdOf = (record: SandboxRecord): string => record.soleContainer?.id ?? `${record.workloadId}-sandbox`;

/**
 * Every task has a kernel of its own, in user space: all of its containers are in one sandbox of runsc. A sandbox
 * takes over its network interface when it starts, so it has to outlive every container that may come again; where it
 * was killed before any of them was made, the interface is made whole for the next one.
 */
export class GvisorIsolation implements IsolationDriver {
  readonly name = "gvisor";
  readonly #options: GvisorOptions;
  readonly #pauseRoot: string;

  constructor(options: GvisorOptions) {
    this.#options = options;
    this.#pauseRoot = join(options.stateDirectory, "pause");
    mkdirSync(join(this.#pauseRoot, "bin"), { recursive: true });
    const busybox = join(this.#pauseRoot, "bin", "busybox");
    if (!existsSync(busybox)) copyFileSync("/usr/bin/busybox", busybox);
    for (const directory of ["proc", "dev", "limits"]) mkdirSync(join(this.#pauseRoot, directory), { recursive: true });
  }

  #work(record: SandboxRecord): string {
    return join(this.#options.records.directory(record.workloadId), "gvisor");
  }

  #wrapper(record: SandboxRecord): string {
    return join(this.#work(record), "runsc");
  }

  #limits(record: SandboxRecord): string {
    return join(this.#work(record), "limits");
  }

  /** The names of the containers that the watch inside the sandbox has killed, one a line. */
  #killed(record: SandboxRecord): string {
    return join(this.#work(record), "killed");
  }

  /** runsc keeps each container's specification there, its environment included. */
  #root(record: SandboxRecord): string {
    return join(record.secrets === true ? this.#options.vault : this.#options.stateDirectory, "runsc");
  }

  async openSandbox(record: SandboxRecord, restoreNetwork: () => Promise<void>, signal: AbortSignal): Promise<void> {
    const { tasks, groups, records } = this.#options;
    if (record.soleContainer !== undefined) {
      if (!existsSync(this.#wrapper(record))) this.#writeWrapper(record);
      return;
    }
    const id = sandboxIdOf(record);
    const isFirst = !existsSync(this.#wrapper(record));
    if (!isFirst) {
      const status = (await tasks.get(id))?.status;
      if (status === "CREATED") await tasks.start(id, signal);
      if (status === "CREATED" || status === "RUNNING") return;
    }
    await groups.remove(id);
    if (!isFirst) {
      // containerd may never have known of it: what it runs is ended by what it runs in.
      await removeCgroup(this.#options.hierarchy, this.usageCgroup(record));
      this.#removeTraces(record);
      await restoreNetwork();
    }
    this.#writeWrapper(record);
    const spec = pauseSpec({
      rootDirectory: this.#pauseRoot,
      args:
        record.watchesMemory === true
          ? ["/bin/busybox", "sh", "-c", memoryWatch]
          : ["/bin/busybox", "sleep", "2147483647"],
      hostname: record.hostname,
      networkNamespacePath: record.networkNamespacePath,
      mounts: [
        { destination: limitsPath, type: "bind", source: this.#limits(record), options: ["rbind", "rprivate", "ro"] },
      ],
    });
    const task = {
      id,
      workloadId: record.workloadId,
      labels: { [containerLabels.sandbox]: record.workloadId },
      options: this.#runtimeOptions(record),
      spec,
      rootfs: [],
      output: `file://${this.#killed(record)}`,
    };
    await groups.create(task, signal, (shimGroup) =>
      records.writeContainer(record.workloadId, id, { name: "", attempt: 0, process: spec.process, shimGroup }),
    );
    await tasks.start(id, signal);
  }

  #runtimeOptions(record: SandboxRecord): RuntimePlan["options"] {
    return encodeRuncOptions({ binary_name: this.#wrapper(record), root: join(this.#options.stateDirectory, "runc") });
  }

  #writeWrapper(record: SandboxRecord): void {
    const { hierarchy, platform } = this.#options;
    const work = this.#work(record);
    mkdirSync(this.#limits(record), { recursive: true, mode: 0o700 });
    const meminfo = join(work, "meminfo");
    const memoryMiB = record.soleContainer?.memoryMiB ?? record.memoryMiB;
    writeFileSync(meminfo, taskMeminfo(readFileSync("/proc/meminfo", "utf8"), memoryMiB));
    const group = this.usageCgroup(record);
    const directories = controllers
      .filter((name) => hierarchy.mountOf(name) !== undefined)
      .map((name) => cgroupDirectory(hierarchy, name, group));
    for (const directory of directories) mkdirSync(directory, { recursive: true });
    limitMemory(hierarchy, group, memoryMiB);
    const wrapper = runscWrapper({
      runsc: platform.runsc,
      platform: platform.name,
      root: this.#root(record),
      ...(record.secrets === true ? { vault: this.#options.vault } : {}),
      workDirectory: work,
      sandboxId: sandboxIdOf(record),
      pause: record.soleContainer === undefined,
      networkNamespacePath: record.networkNamespacePath,
      cgroupProcesses: [...new Set(directories)].map((directory) => join(directory, "cgroup.procs")),
      meminfo,
    });
    writeFileSync(this.#wrapper(record), wrapper, { mode: 0o700 });
  }

  plan(record: SandboxRecord, _containerId: string, spec: OciSpec): RuntimePlan {
    return {
      options: this.#runtimeOptions(record),
      spec: gvisorSpec(spec, record.soleContainer === undefined ? sandboxIdOf(record) : undefined),
    };
  }

  started(record: SandboxRecord, containerId: string, memoryMiB: number | undefined): void {
    if (record.soleContainer !== undefined || memoryMiB === undefined) return;
    this.#limit(record, containerId, memoryMiB).catch((thrown: unknown) =>
      this.#options.logger.warn(
        { container: containerId, error: messageOf(thrown) },
        "the container's memory is not watched",
      ),
    );
  }

  async #limit(record: SandboxRecord, containerId: string, memoryMiB: number): Promise<void> {
    const file = join(this.#limits(record), containerId);
    if (existsSync(file)) return;
    const { stdout } = await runCommand("nsenter", this.#runsc(record, ["ps", "--format", "json", containerId]));
    const first = firstProcess(stdout);
    if (first === undefined) return;
    writeFileSync(`${file}.new`, `${first} ${(memoryMiB * 1024 * 1024) / pageBytes}\n`);
    renameSync(`${file}.new`, file);
  }

  #runsc(record: SandboxRecord, parameters: readonly string[]): readonly string[] {
    return [
      `--net=${record.networkNamespacePath}`,
      this.#options.platform.runsc,
      "--root",
      this.#root(record),
      ...parameters,
    ];
  }

  ended(record: SandboxRecord, containerId: string): void {
    rmSync(join(this.#limits(record), containerId), { force: true });
  }

  outOfMemory(record: SandboxRecord, containerId: string): boolean {
    if (oomKills(this.#options.hierarchy, this.usageCgroup(record)) > 0) return true;
    const killed = this.#killed(record);
    return existsSync(killed) && readFileSync(killed, "utf8").split("\n").includes(containerId);
  }

  sandboxEnd(record: SandboxRecord): string | undefined {
    return sandboxEnd(this.#work(record), this.#options.hierarchy, [record.cgroupPath, this.usageCgroup(record)]);
  }

  /** The machine's kernel sees one sandbox, not the containers in it. */
  usageCgroup(record: SandboxRecord): string {
    return `${record.cgroupPath}/sandbox`;
  }

  async cpuInside(record: SandboxRecord, containerId: string): Promise<number | undefined> {
    const parameters = this.#runsc(record, ["events", "--stats", containerId]);
    const told = await tryCommand("nsenter", parameters, { timeoutMilliseconds: 2000 }).catch(() => undefined);
    return told === undefined ? undefined : cpuInside(told.stdout);
  }

  async killCommand(record: SandboxRecord, containerId: string, execId: string): Promise<void> {
    const file = join(this.#work(record), `${containerId}.${execId}.pid`);
    const pid = existsSync(file) ? readFileSync(file, "utf8").trim() : "";
    if (!/^\d+$/.test(pid)) return;
    await tryCommand("nsenter", this.#runsc(record, ["kill", "--pid", pid, containerId, "KILL"]));
  }

  async killSession(record: SandboxRecord, containerId: string, execId: string): Promise<void> {
    const file = join(this.#work(record), `${containerId}.${execId}.pid`);
    const pid = existsSync(file) ? readFileSync(file, "utf8").trim() : "";
    if (!/^\d+$/.test(pid)) return;
    // The number is the sandbox's own, as only its first container sees it.
    const tools = record.soleContainer === undefined ? "/bin/busybox" : managedAgentShell;
    const command = [tools, "sh", "-c", killSessionScript, pid];
    await tryCommand("nsenter", this.#runsc(record, ["exec", "--user", "0:0", sandboxIdOf(record), ...command]));
    rmSync(file, { force: true });
  }

  async closeSandbox(record: SandboxRecord): Promise<void> {
    if (record.soleContainer === undefined) await this.#options.groups.remove(sandboxIdOf(record));
    this.#removeTraces(record);
  }

  /** What runsc and its wrapper have written of a sandbox that is gone. */
  #removeTraces(record: SandboxRecord): void {
    const root = this.#root(record);
    for (const name of existsSync(root) ? readdirSync(root) : [])
      if (name.startsWith(record.workloadId)) rmSync(join(root, name), { force: true });
    rmSync(this.#work(record), { recursive: true, force: true });
  }
}

/** The machine's /proc/meminfo with the task's memory for its total. */
export const taskMeminfo = (meminfo: string, memoryMiB: number): string =>
  meminfo.replace(/^MemTotal:.*$/m, `MemTotal:       ${memoryMiB * 1024} kB`);
