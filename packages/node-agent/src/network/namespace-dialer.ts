import { type ChildProcess, spawn } from "node:child_process";
import { Socket } from "node:net";
import { fileURLToPath } from "node:url";
import {
  type ConnectionDestination,
  type ConnectorAnswer,
  type ConnectorMessage,
  type ConnectorSettings,
  isConnectorAnswer,
  type NameService,
} from "./connector-protocol.ts";

export interface NamespaceDialerOptions extends NameService {
  readonly networkNamespacePath: string;
  /** How long a connection may take to come about; default 30 s, as of containerd's dialer. */
  readonly limitMilliseconds?: number | undefined;
}

/** No connection came about; the message is in the words of Go's dialer, which are ECS's. */
export class DialError extends Error {
  override readonly name = "DialError";
  /** Which one did not answer; undefined where the name has none. */
  readonly address: string | undefined;

  constructor(message: string, address: string | undefined, options?: ErrorOptions) {
    super(message, options);
    this.address = address;
  }
}

interface Pending {
  readonly resolve: (socket: Socket) => void;
  readonly reject: (reason: unknown) => void;
}

const program = fileURLToPath(new URL("./socket-connector.ts", import.meta.url));
/** With what was compiled before the connector starts in half the time. */
const environment = {
  PATH: process.env.PATH ?? "/usr/bin:/bin",
  ...(process.env.NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE }),
};
const defaultLimitMilliseconds = 30_000;
/** The connector waits so long for more to connect. */
const idleMilliseconds = 2_000;

/**
 * Connections from inside a network namespace, by its addresses, routes and name servers. One process in the namespace
 * opens them all, and ends when there are none to open for a while; what was opened goes on without it.
 */
export class NamespaceDialer {
  readonly #options: NamespaceDialerOptions;
  readonly #pending = new Map<number, Pending>();
  #connector: ChildProcess | undefined;
  #idle: NodeJS.Timeout | undefined;
  #last = 0;
  #closed = false;

  constructor(options: NamespaceDialerOptions) {
    this.#options = options;
  }

  /** Starts what will connect, so that the first connection does not wait for it. */
  prepare(): void {
    if (this.#closed || this.#connector !== undefined) return;
    this.#start();
    this.#restWhereIdle();
  }

  /** The caller's own from then on. Rejects with DialError, or with the signal's reason. */
  connect(destination: ConnectionDestination, signal: AbortSignal): Promise<Socket> {
    if (signal.aborted) return Promise.reject(signal.reason);
    if (this.#closed) return Promise.reject(new DialError("dial tcp: connect: network is down", undefined));
    clearTimeout(this.#idle);
    const connector = this.#start();
    this.#last += 1;
    const id = this.#last;
    return new Promise<Socket>((resolve, reject) => {
      const cancel = (): void => {
        this.#settle(id)?.reject(signal.reason);
        this.#tell(connector, { id, kind: "cancel" });
      };
      const done = (): void => signal.removeEventListener("abort", cancel);
      signal.addEventListener("abort", cancel, { once: true });
      this.#pending.set(id, {
        resolve: (socket) => {
          done();
          resolve(socket);
        },
        reject: (reason) => {
          done();
          reject(reason);
        },
      });
      this.#tell(connector, { id, kind: "connect", destination });
    });
  }

  /** Ends what is not connected yet. */
  close(): void {
    this.#closed = true;
    this.#stop();
    this.#fail("connect: network is down");
  }

  #tell(connector: ChildProcess, message: ConnectorMessage): void {
    // One that is gone has told so already, or will.
    if (connector.connected) connector.send(message, () => undefined);
  }

  #settle(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    this.#restWhereIdle();
    return pending;
  }

  #restWhereIdle(): void {
    clearTimeout(this.#idle);
    if (this.#pending.size === 0) this.#idle = setTimeout(() => this.#stop(), idleMilliseconds).unref();
  }

  #start(): ChildProcess {
    if (this.#connector !== undefined) return this.#connector;
    const { networkNamespacePath, nameservers, searchDomains, ipv6Only, limitMilliseconds } = this.#options;
    const settings: ConnectorSettings = {
      nameservers,
      searchDomains,
      ipv6Only,
      limitMilliseconds: limitMilliseconds ?? defaultLimitMilliseconds,
    };
    const connector = spawn(
      "nsenter",
      [`--net=${networkNamespacePath}`, process.execPath, program, JSON.stringify(settings)],
      {
        stdio: ["ignore", "ignore", "pipe", "ipc"],
        env: environment,
      },
    );
    this.#connector = connector;
    let error = "";
    connector.stderr?.on("data", (chunk: Buffer) => {
      if (error.length < 4096) error += chunk.toString();
    });
    connector.on("message", (message: unknown, handle: unknown) => {
      if (isConnectorAnswer(message)) this.#answered(message, handle instanceof Socket ? handle : undefined);
    });
    connector.on("error", (cause) => {
      error += cause.message;
    });
    connector.on("close", () => {
      if (this.#connector !== connector) return;
      this.#connector = undefined;
      this.#fail(`connect: ${error.trim().slice(-300) || "the connector ended"}`);
    });
    return connector;
  }

  #answered({ id, failure, address }: ConnectorAnswer, socket: Socket | undefined): void {
    const pending = this.#settle(id);
    if (socket === undefined) pending?.reject(new DialError(failure ?? "dial tcp: no socket", address));
    else if (pending === undefined) socket.destroy();
    else pending.resolve(socket);
  }

  #fail(why: string): void {
    for (const id of [...this.#pending.keys()]) this.#settle(id)?.reject(new DialError(`dial tcp: ${why}`, undefined));
    clearTimeout(this.#idle);
  }

  #stop(): void {
    clearTimeout(this.#idle);
    this.#connector?.kill("SIGKILL");
    this.#connector = undefined;
  }
}
