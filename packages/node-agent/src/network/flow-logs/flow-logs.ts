import type { Clock, ControlPlaneSession, Logger } from "@fleetless/kernel";
import { FlowOutbox } from "./flow-outbox.ts";
import { FlowRecordStore } from "./flow-record-store.ts";
import { FlowRecorder, type FlowRecorderOptions } from "./flow-recorder.ts";

/** The flow logs of this machine: what is gathered of each VPC and what is on its way to the control plane. */
export class FlowLogs {
  readonly #store: FlowRecordStore;
  readonly #outbox: FlowOutbox;

  constructor(options: {
    /** A file of its own. */
    readonly path: string;
    readonly deliver: ControlPlaneSession["putFlowRecords"];
    readonly clock: Clock;
    readonly logger: Logger;
  }) {
    this.#store = new FlowRecordStore(options.path);
    this.#outbox = new FlowOutbox({ ...options, store: this.#store });
    this.#outbox.start();
  }

  recorder(options: Omit<FlowRecorderOptions, "store" | "outbox">): FlowRecorder {
    return new FlowRecorder({ ...options, store: this.#store, outbox: this.#outbox });
  }

  async close(): Promise<void> {
    await this.#outbox.close();
    this.#store.close();
  }
}
