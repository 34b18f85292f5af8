import { type Clock, type Logger, messageOf } from "@fleetless/kernel";
import type { CgroupHierarchy } from "./cgroups/hierarchy.ts";
import { killCgroup } from "./cgroups/task-cgroup.ts";
import type { LabelledContainer } from "./container-ids.ts";
import { toMilliseconds } from "./containerd/client.ts";
import type { TaskProcess } from "./containerd/messages.ts";
import type { ContainerExit } from "./contract.ts";
import type { LiveContainer, LiveContainers } from "./live-containers.ts";
import type { Sandboxes } from "./sandboxes.ts";

export interface ExitWatchOptions {
  readonly list: () => Promise<readonly TaskProcess[]>;
  readonly live: LiveContainers;
  readonly sandboxes: Sandboxes;
  readonly hierarchy: CgroupHierarchy;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface AnnouncedExit {
  readonly containerId: string;
  /** The process that ended; 0 where containerd does not know since the container's shim died. */
  readonly pid: number;
  readonly exitCode: number;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
}

/** For how long containerd may not know a container before it counts as lost, in milliseconds. */
const absenceMilliseconds = 2_000;

/** 128 and SIGKILL: what a process has that was killed, as the kernel kills what a dead shim leaves. */
const killedExitCode = 137;

const lostReason = "The container was killed together with the process that supervised it";

/**
 * Learns of every container's end: containerd announces it, or shows it when asked, or no longer knows the
 * container. The last is all there is to see where a shim and containerd died at about the same time.
 */
export class ExitWatch {
  readonly #options: ExitWatchOptions;
  readonly #stop = new AbortController();
  #looking: Promise<void> | undefined;
  #lookAgain: Promise<void> | undefined;

  constructor(options: ExitWatchOptions) {
    this.#options = options;
  }

  /** An exit that containerd tells. One that is not of the process known under this name is not believed but looked at. */
  announced(exit: AnnouncedExit): void {
    const container = this.#options.live.byId(exit.containerId);
    if (container === undefined || container.exit !== undefined) return;
    if (container.pid === exit.pid && exit.pid !== 0) this.#end(container, exit.exitCode, exit.at);
    else this.#lookSoon();
  }

  /** Looks for ends that were not announced. Several callers share one look. */
  lookRound(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  exitOf(container: LabelledContainer, containerId: string, exitCode: number, at: number): ContainerExit {
    const { sandboxes } = this.#options;
    const record = sandboxes.get(container.workloadId);
    const driver = record === undefined ? undefined : sandboxes.driverOf(record);
    const outOfMemory = exitCode !== 0 && record !== undefined && driver?.outOfMemory(record, containerId) === true;
    const reason = record === undefined ? undefined : driver?.sandboxEnd(record);
    const { workloadId, name, attempt } = container;
    return { workloadId, name, attempt, exitCode, at, outOfMemory, ...(reason === undefined ? {} : { reason }) };
  }

  /** The container is gone, and whatever it may have left running goes too. */
  lost(container: LiveContainer): void {
    const { live, sandboxes, hierarchy, clock, logger } = this.#options;
    const { workloadId, name, attempt, containerId } = container;
    logger.warn({ container: containerId }, "containerd no longer knows the container");
    const record = sandboxes.get(workloadId);
    if (record !== undefined) killCgroup(hierarchy, sandboxes.driverOf(record).usageCgroup(record, containerId));
    const at = container.missedAt ?? clock.now();
    const exit = { workloadId, name, attempt, exitCode: killedExitCode, at, outOfMemory: false, reason: lostReason };
    live.announce(container, exit);
    if (record !== undefined) sandboxes.driverOf(record).ended(record, containerId);
  }

  async close(): Promise<void> {
    this.#stop.abort(new Error("closing"));
    await this.#lookAgain;
  }

  async #look(): Promise<void> {
    const { list, live, clock, logger } = this.#options;
    const tasks = new Map((await list()).map((task) => [task.id, task]));
    const now = clock.now();
    for (const container of live.unended()) {
      try {
        this.#lookAt(container, tasks.get(container.containerId), now);
      } catch (thrown) {
        logger.error({ container: container.containerId, error: messageOf(thrown) }, "an exit could not be told");
      }
    }
  }

  #lookAt(container: LiveContainer, task: TaskProcess | undefined, now: number): void {
    if (container.pid === undefined) return;
    if (task === undefined) {
      container.missedAt ??= now;
      if (now - container.missedAt >= absenceMilliseconds) this.lost(container);
      else this.#lookSoon();
      return;
    }
    delete container.missedAt;
    const isThis = task.pid === 0 || task.pid === container.pid;
    if (task.status === "STOPPED" && isThis) this.#end(container, task.exit_status, toMilliseconds(task.exited_at));
  }

  #end(container: LiveContainer, exitCode: number, at: number): void {
    const { live, sandboxes } = this.#options;
    live.announce(container, this.exitOf(container, container.containerId, exitCode, at));
    const record = sandboxes.get(container.workloadId);
    if (record !== undefined) sandboxes.driverOf(record).ended(record, container.containerId);
  }

  #lookSoon(): void {
    const { clock, logger } = this.#options;
    this.#lookAgain ??= clock
      .sleep(absenceMilliseconds, this.#stop.signal)
      .finally(() => {
        this.#lookAgain = undefined;
      })
      .then(() => this.lookRound())
      .catch((thrown: unknown) => {
        if (!this.#stop.signal.aborted)
          logger.warn({ error: messageOf(thrown) }, "containers could not be listed, will look again");
      });
  }
}
