import {
  type Clock,
  type ControlPlaneSession,
  type Logger,
  messageOf,
  type NodeId,
  type NodeProcessChannel,
  type NodeProcessRequest,
} from "@fleetless/kernel";
import type { SessionProcess } from "../runtime/session-process.ts";

export interface SessionServerOptions {
  readonly session: Pick<ControlPlaneSession, "processRequests" | "openProcess">;
  readonly nodeId: NodeId;
  readonly start: (request: NodeProcessRequest) => Promise<SessionProcess>;
  readonly clock: Clock;
  readonly logger: Logger;
}

const retryMilliseconds = 500;

/** Runs inside containers what the control plane asks for, each command with a channel of its own. */
export class SessionServer {
  readonly #options: SessionServerOptions;
  readonly #stop = new AbortController();
  readonly #running = new Map<NodeProcessChannel, Promise<void>>();
  readonly #following: Promise<void>;

  constructor(options: SessionServerOptions) {
    this.#options = options;
    this.#following = this.#follow();
  }

  /** Ends every command. */
  async close(): Promise<void> {
    this.#stop.abort(new Error("the agent is closing"));
    await this.#following;
    for (const channel of this.#running.keys()) channel.close();
    await Promise.all(this.#running.values());
  }

  async #follow(): Promise<void> {
    const { session, nodeId, clock, logger } = this.#options;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        const requests = await session.processRequests(nodeId, signal);
        for (const request of requests) this.#take(request);
      } catch (thrown) {
        if (signal.aborted) return;
        logger.warn({ error: messageOf(thrown) }, "the control plane could not be asked for commands");
        await clock.sleep(retryMilliseconds, signal).catch(() => undefined);
      }
    }
  }

  #take(request: NodeProcessRequest): void {
    const { session, nodeId, logger } = this.#options;
    session
      .openProcess(nodeId, request.id)
      .then((channel) => {
        if (channel === undefined) return;
        const running = this.#serve(request, channel).finally(() => this.#running.delete(channel));
        this.#running.set(channel, running);
      })
      .catch((thrown: unknown) => logger.warn({ error: messageOf(thrown) }, "a command could not be taken up"));
  }

  async #serve(request: NodeProcessRequest, channel: NodeProcessChannel): Promise<void> {
    try {
      const process = await this.#options.start(request);
      await this.#carry(process, channel);
    } catch (thrown) {
      await channel.send({ kind: "failed", reason: messageOf(thrown) });
    } finally {
      channel.close();
    }
  }

  async #carry(process: SessionProcess, channel: NodeProcessChannel): Promise<void> {
    await channel.send({ kind: "started" });
    let over = false;
    const input = this.#bringInput(process, channel).then(async () => {
      // Nobody listens any more.
      if (!over) await process.kill();
    });
    input.catch((thrown: unknown) =>
      this.#options.logger.warn({ error: messageOf(thrown) }, "a session's input failed"),
    );
    const outputs = [this.#takeOutput(process.stdout, "stdout", channel)];
    if (process.stderr !== undefined) outputs.push(this.#takeOutput(process.stderr, "stderr", channel));
    const exitCode = await process.ended;
    over = true;
    await Promise.all(outputs);
    await channel.send({ kind: "ended", exitCode });
  }

  async #bringInput(process: SessionProcess, channel: NodeProcessChannel): Promise<void> {
    for await (const message of channel.received()) {
      if (message.kind === "input") await process.write(message.bytes);
      else if (message.kind === "end-of-input") await process.closeInput();
      else await process.resize(message.columns, message.rows);
    }
  }

  async #takeOutput(
    output: AsyncIterable<Uint8Array>,
    stream: "stdout" | "stderr",
    channel: NodeProcessChannel,
  ): Promise<void> {
    try {
      for await (const bytes of output) await channel.send({ kind: "output", stream, bytes });
    } catch {
      // Cut off after the command's end; what came before has been sent.
    }
  }
}
