import type { Clock, Logger } from "@fleetless/kernel";
import { messageOf } from "@fleetless/kernel";
import { OutputFile } from "./output-file.ts";
import { pause } from "./wake-up.ts";

const lookMilliseconds = 2_000;

/** The output of a container that has no log configuration: nobody reads it, so its space is given back. */
export class DiscardedOutput {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #file: OutputFile;
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;

  constructor(outputPath: string, clock: Clock, logger: Logger) {
    this.#clock = clock;
    this.#logger = logger;
    this.#file = new OutputFile(outputPath, logger, () => undefined);
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async finish(): Promise<boolean> {
    await this.stop();
    return true;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    try {
      while (!this.#stop.signal.aborted) {
        if (await this.#file.open()) this.#file.release((await this.#file.stat()).size);
        await pause(this.#clock, lookMilliseconds, this.#stop.signal);
      }
    } catch (thrown) {
      this.#logger.warn({ error: messageOf(thrown) }, "cannot discard the output of a container");
    } finally {
      await this.#file.close();
    }
  }
}
