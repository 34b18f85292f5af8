import { connect, type Socket } from "node:net";

export interface LoadFigures {
  readonly calls: number;
  readonly perSecond: number;
  readonly medianMilliseconds: number;
  readonly p99Milliseconds: number;
}

export interface LoadRequest {
  readonly port: number;
  /** A whole HTTP request as bytes; sent again and again. */
  readonly bytes: Buffer;
  readonly connections: number;
  readonly seconds: number;
}

const headEnd = Buffer.from("\r\n\r\n");

/** Sends one request after the other over each of several keep-alive connections. Throws where one is not answered 200. */
export const load = async ({ port, bytes, connections, seconds }: LoadRequest): Promise<LoadFigures> => {
  const latencies: number[] = [];
  const started = performance.now();
  const until = started + seconds * 1_000;
  await Promise.all(Array.from({ length: connections }, () => converse(port, bytes, until, latencies)));
  const elapsed = performance.now() - started;
  const sorted = Float64Array.from(latencies).toSorted();
  const at = (share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN;
  return {
    calls: latencies.length,
    perSecond: (latencies.length / elapsed) * 1_000,
    medianMilliseconds: at(0.5),
    p99Milliseconds: at(0.99),
  };
};

/** A server that closes after each answer, as HTTP/1.0 does, gets a new connection for each. */
const converse = async (port: number, bytes: Buffer, until: number, latencies: number[]): Promise<void> => {
  let socket: Socket | undefined;
  for (;;) {
    const sentAt = performance.now();
    socket ??= connect({ port, host: "127.0.0.1", noDelay: true });
    const { goesOn } = await exchange(socket, bytes);
    if (!goesOn) {
      socket.destroy();
      socket = undefined;
    }
    const now = performance.now();
    latencies.push(now - sentAt);
    if (now >= until) break;
  }
  socket?.end();
};

const exchange = (socket: Socket, bytes: Buffer): Promise<{ readonly goesOn: boolean }> =>
  new Promise((resolve, reject) => {
    let received: Buffer = Buffer.alloc(0);
    const done = (): void => {
      socket.off("data", onData).off("error", reject).off("close", onClose);
    };
    const onClose = (): void => reject(new Error("The server closed the connection before it answered"));
    const onData = (chunk: Buffer): void => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
      const end = received.indexOf(headEnd);
      if (end < 0) return;
      const head = received.toString("latin1", 0, end);
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1]);
      if (received.length < end + headEnd.length + length) return;
      done();
      if (/^HTTP\/1\.[01] 200/.test(head)) resolve({ goesOn: !/connection: close/i.test(head) });
      else reject(new Error(received.toString("utf8", 0, 600)));
    };
    socket.on("data", onData).on("error", reject).on("close", onClose);
    socket.write(bytes);
  });
