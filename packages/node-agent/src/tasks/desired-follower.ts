import {
  type Clock,
  type ControlPlaneSession,
  type DesiredUpdate,
  type Logger,
  messageOf,
  type NodeDescription,
} from "@fleetless/kernel";

export interface DesiredFollowerOptions {
  readonly session: ControlPlaneSession;
  readonly node: NodeDescription;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly take: (update: DesiredUpdate) => void;
}

const heartbeatMilliseconds = 5_000;
const retryDelay = (failures: number): number => Math.min(5_000, 100 * 2 ** Math.min(failures, 10));

/**
 * Registers the node, keeps its lease and follows what is desired of it. When the control plane was away, the
 * node registers again and asks for the whole state, so that nothing depends on what either side remembers.
 */
export class DesiredFollower {
  readonly #options: DesiredFollowerOptions;
  readonly #stop = new AbortController();
  #running: Promise<unknown> | undefined;

  constructor(options: DesiredFollowerOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running ??= Promise.all([this.#follow(), this.#beat()]);
  }

  async close(): Promise<void> {
    this.#stop.abort(new Error("the task runner is closing"));
    await this.#running;
  }

  async #follow(): Promise<void> {
    const { signal } = this.#stop;
    for (let failures = 0; !signal.aborted; ) {
      try {
        await this.#followFromStart(() => {
          failures = 0;
        });
      } catch (thrown) {
        if (signal.aborted) return;
        failures += 1;
        this.#options.logger.warn({ error: messageOf(thrown), failures }, "control plane away, tasks go on");
        await this.#pause(retryDelay(failures));
      }
    }
  }

  async #followFromStart(heard: () => void): Promise<void> {
    const { session, node, take } = this.#options;
    const { signal } = this.#stop;
    await session.register(node);
    let cursor: string | undefined;
    while (!signal.aborted) {
      const update = await session.desired(node.id, cursor, signal);
      if (signal.aborted) return;
      heard();
      take(update);
      cursor = update.cursor;
    }
  }

  async #beat(): Promise<void> {
    const { session, node, logger } = this.#options;
    while (!this.#stop.signal.aborted) {
      await this.#pause(heartbeatMilliseconds);
      if (this.#stop.signal.aborted) return;
      await session.heartbeat(node.id).catch((thrown: unknown) => {
        logger.warn({ error: messageOf(thrown) }, "heartbeat not accepted");
      });
    }
  }

  async #pause(milliseconds: number): Promise<void> {
    await this.#options.clock.sleep(milliseconds, this.#stop.signal).catch(() => undefined);
  }
}
