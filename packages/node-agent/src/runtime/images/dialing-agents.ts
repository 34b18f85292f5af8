import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { isIP, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { connect } from "node:tls";

/** Opens a connection that is then the agent's. */
export type OpenSocket = (destination: { readonly host: string; readonly port: number }) => Promise<Socket>;

type Created = (error: Error | null, stream: Duplex) => void;

interface Destination {
  readonly host?: string | null | undefined;
  readonly port?: string | number | null | undefined;
}

/** As Go's client has it. */
const handshakeMilliseconds = 10_000;

const destinationOf = ({ host, port }: Destination, otherwise: number) => ({
  // An IPv6 address stands in brackets in a URL.
  host: (host ?? "").replace(/^\[(.*)\]$/, "$1"),
  port: Number(port) || otherwise,
});

const asError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)));

/** TLS over a connection, with the certificate's name proved. Rejects in Go's words where nobody answers. */
const secure = (socket: Socket, host: string): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const servername = isIP(host) === 0 ? { servername: host } : {};
    const secured = connect({ socket, host, ...servername, ALPNProtocols: ["http/1.1"] });
    const late = (): void => void secured.destroy(new Error("net/http: TLS handshake timeout"));
    const timer = setTimeout(late, handshakeMilliseconds);
    secured.once("secureConnect", () => {
      clearTimeout(timer);
      secured.off("error", reject);
      resolve(secured);
    });
    secured.once("error", reject);
    secured.once("close", () => {
      clearTimeout(timer);
      reject(new Error("EOF"));
    });
  });

const handOver = (opening: Promise<Socket>, created: Created | undefined): undefined => {
  opening.then(
    (socket) => created?.(null, socket),
    // Beside an error nobody looks at the socket.
    (thrown: unknown) => created?.(asError(thrown), new Socket()),
  );
  return undefined;
};

/** Keeps connections that somebody else opens, for plain requests. */
export class DialingHttpAgent extends HttpAgent {
  readonly #open: OpenSocket;

  constructor(open: OpenSocket) {
    super({ keepAlive: true });
    this.#open = open;
  }

  override createConnection(options: Destination, created?: Created): undefined {
    return handOver(this.#open(destinationOf(options, 80)), created);
  }
}

/** As above with TLS. */
export class DialingHttpsAgent extends HttpsAgent {
  readonly #open: OpenSocket;

  constructor(open: OpenSocket) {
    super({ keepAlive: true });
    this.#open = open;
  }

  override createConnection(options: Destination, created?: Created): undefined {
    const destination = destinationOf(options, 443);
    return handOver(
      this.#open(destination).then((socket) => secure(socket, destination.host)),
      created,
    );
  }
}
