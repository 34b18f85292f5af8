import type { AnyMessage } from "../containerd/client.ts";
import type { OciSpec } from "../spec/oci.ts";
import type { SandboxRecord } from "../storage/sandbox-records.ts";

export type IsolationName = "gvisor" | "runc";

/** How containerd is told to run the container of a task. */
export interface RuntimePlan {
  readonly options: AnyMessage;
  readonly spec: OciSpec;
}

/** What differs between the kinds of isolation. */
export interface IsolationDriver {
  readonly name: IsolationName;
  /** What must run before the first container; may be repeated. */
  openSandbox(record: SandboxRecord, restoreNetwork: () => Promise<void>, signal: AbortSignal): Promise<void>;
  /** How this container's specification is run. */
  plan(record: SandboxRecord, containerId: string, spec: OciSpec): RuntimePlan;
  /** The container's process runs: begin to watch what the kernel does not enforce by itself. */
  started(record: SandboxRecord, containerId: string, memoryMiB: number | undefined): void;
  /** The container's process has ended. */
  ended(record: SandboxRecord, containerId: string): void;
  /** Whether the container was killed for want of memory. */
  outOfMemory(record: SandboxRecord, containerId: string): boolean;
  /** Why the sandbox ended under its containers, as a sentence for users; undefined where it did not. */
  sandboxEnd(record: SandboxRecord): string | undefined;
  /** The control group whose counters are the container's. */
  usageCgroup(record: SandboxRecord, containerId: string): string;
  /**
   * CPU time in nanoseconds of a container that shares its control group with others, by the sandbox's clock; undefined
   * where it cannot be had. Asked only where the group is shared.
   */
  cpuInside(record: SandboxRecord, containerId: string): Promise<number | undefined>;
  /** Kills what a command run inside has left, where killing the command from outside is not enough. */
  killCommand(record: SandboxRecord, containerId: string, execId: string): Promise<void>;
  /** Kills a session's command, whose process is `pid` on this machine, and all that belongs to its session. */
  killSession(record: SandboxRecord, containerId: string, execId: string, pid: number): Promise<void>;
  /** After the containers are gone, before their cgroup and storage go. */
  closeSandbox(record: SandboxRecord): Promise<void>;
}
