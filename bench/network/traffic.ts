import { spawn } from "node:child_process";
import process from "node:process";
import { createInterface } from "node:readline";

/** A network namespace in which traffic begins or ends. */
export interface Place {
  readonly networkNamespacePath: string;
  readonly address: string;
}

/** Opens connections from one place. It lives through many measurements, so that none of them pays for its start. */
export interface TrafficClient {
  /** Bytes a second over one connection. Rejects where it cannot be made. */
  readonly throughput: (address: string, port: number, milliseconds: number) => Promise<number>;
  /** Connections a second, four at once, each reset as soon as it is there. */
  readonly connectionRate: (address: string, port: number, milliseconds: number) => Promise<number>;
  readonly close: () => void;
}

/** Takes everything that comes, on the port named, and closes what is closed. */
const sink = `
const server = require("node:net").createServer((socket) => {
  socket.on("error", () => undefined);
  socket.resume();
  socket.on("end", () => socket.end());
});
server.listen({ port: Number(process.argv[1]), host: "0.0.0.0", backlog: 4096 }, () => console.log("ready"));
`;

/** Reads a line for each measurement and answers it with a number, or with nothing where no connection came about. */
const client = `
const net = require("node:net");
const chunk = Buffer.alloc(256 * 1024);
const since = (started) => performance.now() - started;
const stream = (address, port, milliseconds, done) => {
  const socket = net.connect(port, address);
  let started;
  const write = () => {
    while (since(started) < milliseconds) if (!socket.write(chunk)) return socket.once("drain", write);
    done((socket.bytesWritten - socket.writableLength) / (since(started) / 1000));
    socket.destroy();
  };
  socket.on("connect", () => { started = performance.now(); write(); });
  socket.on("error", () => done(""));
};
const connect = (address, port, milliseconds, done) => {
  const started = performance.now();
  let [made, open] = [0, 0];
  const next = () => {
    if (since(started) > milliseconds) return open === 0 ? done(made === 0 ? "" : made / (since(started) / 1000)) : undefined;
    open++;
    const socket = net.connect(port, address, () => { made++; socket.resetAndDestroy(); });
    socket.on("error", () => undefined);
    socket.on("close", () => { open--; next(); });
  };
  for (let n = 0; n < 4; n++) next();
};
require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const [what, address, port, milliseconds] = line.split(" ");
  const measure = what === "stream" ? stream : connect;
  measure(address, Number(port), Number(milliseconds), (value) => console.log(String(value)));
});
`;

const inside = (place: Place, program: string, ...args: readonly string[]) =>
  spawn("nsenter", [`--net=${place.networkNamespacePath}`, process.execPath, "-e", program, ...args], {
    stdio: ["pipe", "pipe", "inherit"],
  });

/** A server in the task that takes everything; ends it when called. */
export const serveSink = async (place: Place, port: number): Promise<() => void> => {
  const child = inside(place, sink, String(port));
  await new Promise((resolve) => child.stdout.once("data", resolve));
  return () => child.kill("SIGKILL");
};

/** One measurement at a time. */
export const startClient = (place: Place): TrafficClient => {
  const child = inside(place, client);
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const measure = async (what: string, address: string, port: number, milliseconds: number): Promise<number> => {
    child.stdin.write(`${what} ${address} ${port} ${milliseconds}\n`);
    const { value, done } = await answers.next();
    if (done === true || value === "") throw new Error(`nothing came to ${address}`);
    return Number(value);
  };
  return {
    throughput: (address, port, milliseconds) => measure("stream", address, port, milliseconds),
    connectionRate: (address, port, milliseconds) => measure("connect", address, port, milliseconds),
    close: () => child.kill("SIGKILL"),
  };
};
