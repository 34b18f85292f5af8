import { type Clock, type Logger, messageOf } from "@fleetless/kernel";
import type { TaskJournal } from "../journal/journal.ts";

interface AwakeMarksOptions {
  readonly journal: Pick<TaskJournal, "markAwake" | "flush">;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Whether there is a task of which an end could be heard. */
  readonly needed: () => boolean;
}

/** So much too early at most, in milliseconds, ends what is lost while no agent is there. */
const period = 5_000;
/** The journal's log is taken into it at a flush: so often, where no task asks for one. */
const marksOfFlush = 100;

/**
 * Notes now and then that the agent is awake and hears of exits. A container that the next agent does not find any
 * more has run until then, and is not billed for the time without an agent.
 */
export class AwakeMarks {
  readonly #options: AwakeMarksOptions;
  readonly #stop = new AbortController();
  #marking: Promise<void> | undefined;

  constructor(options: AwakeMarksOptions) {
    this.#options = options;
  }

  start(): void {
    this.#marking ??= this.#markOn();
  }

  async close(): Promise<void> {
    this.#stop.abort(new Error("the task runner is closing"));
    await this.#marking;
  }

  async #markOn(): Promise<void> {
    const { clock, journal, logger, needed } = this.#options;
    for (let marks = 0; ; ) {
      await clock.sleep(period, this.#stop.signal).catch(() => undefined);
      if (this.#stop.signal.aborted) return;
      if (!needed()) continue;
      try {
        journal.markAwake(clock.now());
        marks += 1;
        if (marks % marksOfFlush === 0) await journal.flush();
      } catch (thrown) {
        logger.warn({ error: messageOf(thrown) }, "not noted that the agent is awake, will try again");
      }
    }
  }
}
