import { type Clock, type ControlPlaneSession, type Logger, messageOf, type SessionResult } from "@fleetless/kernel";
import { pause, WakeUp } from "../../logs/wake-up.ts";
import type { FlowRecordStore } from "./flow-record-store.ts";

export interface FlowOutboxOptions {
  readonly store: FlowRecordStore;
  readonly deliver: ControlPlaneSession["putFlowRecords"];
  readonly clock: Clock;
  readonly logger: Logger;
}

const idleMilliseconds = 60_000;
const firstWait = 200;
const longestWait = 10_000;

/** Carries what flow logs have to tell to the control plane, in order, until it has it. */
export class FlowOutbox {
  readonly #options: FlowOutboxOptions;
  readonly #wakeUp: WakeUp;
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;

  constructor(options: FlowOutboxOptions) {
    this.#options = options;
    this.#wakeUp = new WakeUp(options.clock);
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** There is something to deliver. */
  signal(): void {
    this.#wakeUp.signal();
  }

  async close(): Promise<void> {
    this.#stop.abort(new Error("The flow logs are closing."));
    await this.#running;
  }

  async #run(): Promise<void> {
    const { store, clock, logger } = this.#options;
    for (let failures = 0; !this.#stop.signal.aborted; ) {
      const delivery = store.nextDelivery();
      if (delivery === undefined) {
        await this.#wakeUp.wait(idleMilliseconds, this.#stop.signal);
        continue;
      }
      const result = await this.#attempt(() => this.#options.deliver(delivery));
      if (result.ok || !result.refusal.retryable) {
        if (!result.ok) logger.debug({ ...result.refusal, flowLog: delivery.flowLogId }, "flow records were refused");
        store.delivered(delivery.batch);
        failures = 0;
      } else {
        await pause(clock, Math.min(longestWait, firstWait * 2 ** Math.min(failures, 10)), this.#stop.signal);
        failures += 1;
      }
    }
  }

  /** That the control plane cannot be reached may change. */
  async #attempt(call: () => Promise<SessionResult<void>>): Promise<SessionResult<void>> {
    try {
      return await call();
    } catch (thrown) {
      return { ok: false, refusal: { code: "RequestError", message: messageOf(thrown), retryable: true } };
    }
  }
}
