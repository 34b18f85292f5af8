import type { LogEvent, SessionRefusal, SessionResult } from "@fleetless/kernel";
import type { LogSession } from "../delivery.ts";

const stored: SessionResult<void> = { ok: true, value: undefined };

/** Where the agent's world ends: keeps what a control plane would, with the contract's rule about batch numbers. */
export class ReceivedLogs implements LogSession {
  readonly events: LogEvent[] = [];
  readonly streams: string[] = [];
  /** Batches that were sent again though they were stored. */
  repeated = 0;
  /** When set, every delivery is refused so. */
  refusal: SessionRefusal | undefined;
  /** When set, the control plane is away. */
  away = false;
  #lastBatch = 0;

  async createLogStream(_workload: string, { group, stream }: { readonly group: string; readonly stream: string }) {
    if (this.away) throw new Error("connect ECONNREFUSED");
    if (this.refusal !== undefined) return { ok: false as const, refusal: this.refusal };
    this.streams.push(`${group}:${stream}`);
    return stored;
  }

  async putLogEvents(
    _workload: string,
    { batch, events }: { readonly batch: number; readonly events: readonly LogEvent[] },
  ): Promise<SessionResult<void>> {
    if (this.away) throw new Error("connect ECONNREFUSED");
    if (this.refusal !== undefined) return { ok: false, refusal: this.refusal };
    if (batch <= this.#lastBatch) {
      this.repeated += 1;
      return stored;
    }
    this.#lastBatch = batch;
    this.events.push(...events);
    return stored;
  }

  get messages(): readonly string[] {
    return this.events.map(({ message }) => message);
  }
}
