import { randomUUID } from "node:crypto";
import {
  bytesOfProcessMessage,
  type Clock,
  messageChannelPair,
  type NodeId,
  type NodeProcessChannel,
  type NodeProcessRequest,
  type ProcessChannel,
  type ProcessInput,
  type ProcessOutput,
  type WantedProcess,
} from "@fleetless/kernel";

interface Offer {
  readonly nodeId: NodeId;
  readonly request: NodeProcessRequest;
  readonly take: (channel: ProcessChannel) => void;
  /** Whether the node has been told of it. */
  told: boolean;
}

/** How long a node waits for a request before it gets an empty answer, in milliseconds. */
const longestWait = 20_000;

/** Commands that wait for a node to take them up. Nothing of it outlives the process. */
export class ProcessOffers {
  readonly #clock: Clock;
  readonly #offers = new Map<string, Offer>();
  readonly #wake = new Map<NodeId, Set<() => void>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves with the channel to the command once the node has taken it up, with undefined where `signal` ends the wait. */
  offer(nodeId: NodeId, request: WantedProcess, signal: AbortSignal): Promise<ProcessChannel | undefined> {
    if (signal.aborted) return Promise.resolve(undefined);
    const id = randomUUID();
    return new Promise((resolve) => {
      const withdraw = (): void => {
        this.#offers.delete(id);
        resolve(undefined);
      };
      signal.addEventListener("abort", withdraw, { once: true });
      this.#offers.set(id, {
        nodeId,
        request: { ...request, id },
        told: false,
        take: (channel) => {
          signal.removeEventListener("abort", withdraw);
          resolve(channel);
        },
      });
      for (const wake of this.#wake.get(nodeId) ?? []) wake();
    });
  }

  /** See ControlPlaneSession.processRequests. */
  async requests(nodeId: NodeId, signal: AbortSignal): Promise<readonly NodeProcessRequest[]> {
    const deadline = this.#clock.now() + longestWait;
    for (;;) {
      const found = [...this.#offers.values()].filter((offer) => offer.nodeId === nodeId && !offer.told);
      for (const offer of found) offer.told = true;
      const remaining = deadline - this.#clock.now();
      if (found.length > 0 || remaining <= 0) return found.map(({ request }) => request);
      signal.throwIfAborted();
      await this.#news(nodeId, remaining, signal);
    }
  }

  async #news(nodeId: NodeId, milliseconds: number, signal: AbortSignal): Promise<void> {
    const waking = this.#wake.get(nodeId) ?? new Set();
    this.#wake.set(nodeId, waking);
    const over = new AbortController();
    const wake = (): void => over.abort(new Error("There is news."));
    waking.add(wake);
    await this.#clock.sleep(milliseconds, AbortSignal.any([signal, over.signal])).catch(() => undefined);
    waking.delete(wake);
  }

  /** See ControlPlaneSession.openProcess. */
  take(nodeId: NodeId, id: string): NodeProcessChannel | undefined {
    const offer = this.#offers.get(id);
    if (offer === undefined || offer.nodeId !== nodeId) return undefined;
    this.#offers.delete(id);
    const [here, there] = messageChannelPair<ProcessInput, ProcessOutput>(bytesOfProcessMessage);
    offer.take(here);
    return there;
  }
}
