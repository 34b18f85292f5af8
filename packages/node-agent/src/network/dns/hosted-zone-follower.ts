import {
  type Clock,
  type ControlPlaneSession,
  type HostedZoneUpdate,
  type Logger,
  messageOf,
  type NodeId,
} from "@fleetless/kernel";

export interface HostedZoneFollowerOptions {
  readonly session: Pick<ControlPlaneSession, "hostedZones">;
  readonly nodeId: NodeId;
  readonly clock: Clock;
  readonly logger: Logger;
  /** In force when it returns. */
  readonly apply: (update: HostedZoneUpdate) => void;
}

const retryDelay = (failures: number): number => Math.min(5_000, 100 * 2 ** Math.min(failures, 10));

/** Follows private hosted zones. With the control plane away, resolvers answer from what they were told last. */
export class HostedZoneFollower {
  readonly #options: HostedZoneFollowerOptions;
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;

  constructor(options: HostedZoneFollowerOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running ??= this.#follow();
  }

  async close(): Promise<void> {
    this.#stop.abort(new Error("the agent is closing"));
    await this.#running;
  }

  async #follow(): Promise<void> {
    const { session, nodeId, clock, logger, apply } = this.#options;
    const { signal } = this.#stop;
    let last: HostedZoneUpdate | undefined;
    for (let failures = 0; !signal.aborted; ) {
      try {
        const update = await session.hostedZones(nodeId, last?.cursor, last?.changes ?? [], signal);
        if (signal.aborted) return;
        apply(update);
        last = update;
        failures = 0;
      } catch (thrown) {
        if (signal.aborted) return;
        failures += 1;
        // What was missed is not known, so all of it is asked for.
        last = undefined;
        logger.warn({ error: messageOf(thrown), failures }, "hosted zones cannot be followed, names stay as they are");
        await clock.sleep(retryDelay(failures), signal).catch(() => undefined);
      }
    }
  }
}
