/**
 * One end of a connection between a control plane and a node agent: messages in order, both ways, with the sender
 * held back where the receiver is slower. What is sent is plain data, so that it can cross machines.
 */
export interface MessageChannel<Sent, Received> {
  /** Resolves once there is room for more. After the end it resolves at once, and nothing is sent. */
  send(message: Sent): Promise<void>;
  /** What comes from the other end, until either closes. To be asked for once. */
  received(): AsyncIterable<Received>;
  /** What was sent before still arrives. */
  close(): void;
  readonly closed: boolean;
}

/** Bytes under way in one direction before its sender waits. */
const room = 256 * 1024;

class Direction<Message> {
  readonly #sizeOf: (message: Message) => number;
  readonly #queue: Message[] = [];
  #bytes = 0;
  #wakeReceiver: (() => void) | undefined;
  #wakeSenders: (() => void)[] = [];
  #closed = false;
  #dropped = false;

  constructor(sizeOf: (message: Message) => number) {
    this.#sizeOf = sizeOf;
  }

  async send(message: Message): Promise<void> {
    if (this.#closed) return;
    this.#queue.push(message);
    this.#bytes += this.#sizeOf(message);
    this.#wakeReceiver?.();
    if (this.#bytes > room) await new Promise<void>((resolve) => this.#wakeSenders.push(resolve));
  }

  /** `drop`: nobody receives any more. */
  close(drop: boolean): void {
    this.#closed = true;
    this.#dropped ||= drop;
    this.#wakeReceiver?.();
    this.#letSend();
  }

  #letSend(): void {
    const senders = this.#wakeSenders;
    this.#wakeSenders = [];
    for (const wake of senders) wake();
  }

  async *received(): AsyncGenerator<Message, void, undefined> {
    for (;;) {
      if (this.#dropped) return;
      const message = this.#queue.shift();
      if (message !== undefined) {
        this.#bytes -= this.#sizeOf(message);
        if (this.#bytes <= room) this.#letSend();
        yield message;
      } else if (this.#closed) {
        return;
      } else {
        await new Promise<void>((resolve) => {
          this.#wakeReceiver = resolve;
        });
        this.#wakeReceiver = undefined;
      }
    }
  }
}

/** Two ends within one process. `sizeOf` answers the bytes that a message holds. */
export const messageChannelPair = <Here, There>(
  sizeOf: (message: Here | There) => number,
): readonly [MessageChannel<Here, There>, MessageChannel<There, Here>] => {
  const forth = new Direction<Here>(sizeOf);
  const back = new Direction<There>(sizeOf);
  let closed = false;
  const end = <Sent, Received>(out: Direction<Sent>, into: Direction<Received>): MessageChannel<Sent, Received> => ({
    send: (message) => out.send(message),
    received: () => into.received(),
    close: () => {
      closed = true;
      out.close(false);
      into.close(true);
    },
    get closed() {
      return closed;
    },
  });
  return [end(forth, back), end(back, forth)];
};
