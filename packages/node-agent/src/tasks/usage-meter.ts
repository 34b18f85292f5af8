import { type Clock, type Logger, messageOf } from "@fleetless/kernel";
import type { ContainerRuntime } from "../runtime/contract.ts";
import type { TaskLoop } from "./task-loop.ts";

interface UsageMeterOptions {
  readonly runtime: Pick<ContainerRuntime, "taskUsage">;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly running: () => readonly TaskLoop[];
}

/** Often enough for right-sizing, and seldom enough that a report of each task costs nothing, in milliseconds. */
const period = 60_000;

/** Measures what running tasks use, once a minute; the bill does not depend on it. */
export class UsageMeter {
  readonly #options: UsageMeterOptions;
  readonly #stop = new AbortController();
  #measuring: Promise<void> | undefined;

  constructor(options: UsageMeterOptions) {
    this.#options = options;
  }

  start(): void {
    this.#measuring ??= this.#measureAll();
  }

  async close(): Promise<void> {
    this.#stop.abort(new Error("the task runner is closing"));
    await this.#measuring;
  }

  async #measureAll(): Promise<void> {
    const { clock, running } = this.#options;
    for (;;) {
      await clock.sleep(period, this.#stop.signal).catch(() => undefined);
      if (this.#stop.signal.aborted) return;
      for (const loop of running()) await this.#measure(loop);
    }
  }

  async #measure(loop: TaskLoop): Promise<void> {
    const { runtime, logger } = this.#options;
    const { id } = loop.task.workload;
    try {
      const usage = await runtime.taskUsage(id);
      if (usage !== undefined) loop.apply({ kind: "measured", ...usage });
    } catch (thrown) {
      logger.trace({ workload: id, error: messageOf(thrown) }, "not measured this time");
    }
  }
}
