import {
  type Clock,
  type ControlPlaneSession,
  type Logger,
  messageOf,
  type NodeId,
  type WorkloadId,
  type WorkloadStatus,
} from "@fleetless/kernel";

export interface StatusReporterOptions {
  readonly session: ControlPlaneSession;
  readonly nodeId: NodeId;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The state that a status tells of survives a loss of power. */
  readonly durable: (id: WorkloadId) => Promise<void>;
  readonly accepted: (status: WorkloadStatus) => void;
}

/** Statuses in one report at most. */
const batchLimit = 100;
/** How long a change may wait for others to go with it, in milliseconds: a launch makes some, and each report is a durable write. */
const gatherMilliseconds = 100;

const retryDelay = (failures: number): number => Math.min(5_000, 100 * 2 ** Math.min(failures, 10));

/**
 * Brings statuses to the control plane: only the newest of each workload, one report at a time, so that none
 * overtakes another, and again until it is accepted.
 */
export class StatusReporter {
  readonly #options: StatusReporterOptions;
  readonly #pending = new Map<WorkloadId, WorkloadStatus>();
  readonly #phases = new Map<WorkloadId, WorkloadStatus["phase"]>();
  readonly #stop = new AbortController();
  #gathering: AbortController | undefined;
  #sending: Promise<void> | undefined;
  #hurry = false;

  constructor(options: StatusReporterOptions) {
    this.#options = options;
  }

  submit(status: WorkloadStatus): void {
    if (this.#stop.signal.aborted) return;
    this.#pending.set(status.id, status);
    const moved = this.#phases.get(status.id) !== status.phase;
    this.#phases.set(status.id, status.phase);
    if (moved && (status.phase === "RUNNING" || status.phase === "STOPPED")) {
      this.#hurry = true;
      this.#gathering?.abort();
    }
    this.#run();
  }

  forget(id: WorkloadId): void {
    this.#pending.delete(id);
    this.#phases.delete(id);
  }

  /** Statuses not accepted yet stay in the journal. */
  async close(): Promise<void> {
    this.#stop.abort(new Error("the task runner is closing"));
    this.#gathering?.abort();
    await this.#sending;
  }

  #run(): void {
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = undefined;
      if (this.#pending.size > 0 && !this.#stop.signal.aborted) this.#run();
    });
  }

  async #sendAll(): Promise<void> {
    let failures = 0;
    while (this.#pending.size > 0 && !this.#stop.signal.aborted) {
      await this.#gather();
      const batch = [...this.#pending.values()].sort((a, b) => a.sequence - b.sequence).slice(0, batchLimit);
      try {
        await Promise.all(batch.map((status) => this.#options.durable(status.id)));
        await this.#options.session.report(this.#options.nodeId, batch);
        failures = 0;
        this.#settle(batch);
      } catch (thrown) {
        failures += 1;
        const fields = { error: messageOf(thrown), statuses: batch.length, failures };
        this.#options.logger.warn(fields, "statuses not accepted, will report again");
        await this.#options.clock.sleep(retryDelay(failures), this.#stop.signal).catch(() => undefined);
      }
    }
  }

  #settle(batch: readonly WorkloadStatus[]): void {
    for (const status of batch) {
      if (this.#pending.get(status.id) === status) this.#pending.delete(status.id);
      this.#options.accepted(status);
    }
  }

  async #gather(): Promise<void> {
    if (!this.#hurry) {
      this.#gathering = new AbortController();
      await this.#options.clock.sleep(gatherMilliseconds, this.#gathering.signal).catch(() => undefined);
      this.#gathering = undefined;
    }
    this.#hurry = false;
  }
}
