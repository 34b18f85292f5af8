import { spawn } from "node:child_process";
import process from "node:process";

/** A network namespace in which traffic begins or ends. */
export interface Place {
  readonly networkNamespacePath: string;
  readonly address: string;
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

/** Writes for so many milliseconds; says how many bytes a second left. */
const stream = `
const [address, port, milliseconds] = process.argv.slice(1);
const socket = require("node:net").connect(Number(port), address);
const chunk = Buffer.alloc(256 * 1024);
const started = performance.now();
const write = () => {
  while (performance.now() - started < Number(milliseconds)) if (!socket.write(chunk)) return socket.once("drain", write);
  const seconds = (performance.now() - started) / 1000;
  console.log((socket.bytesWritten - socket.writableLength) / seconds);
  socket.destroy();
};
socket.on("connect", write);
socket.on("error", () => process.exit(1));
`;

/** Opens and closes connections, some at once, for so many milliseconds; says how many a second. */
const connections = `
const [address, port, milliseconds] = process.argv.slice(1);
const net = require("node:net");
const started = performance.now();
let [made, open] = [0, 0];
const next = () => {
  if (performance.now() - started > Number(milliseconds)) {
    if (open === 0) console.log(made / ((performance.now() - started) / 1000));
    return;
  }
  open++;
  const socket = net.connect(Number(port), address, () => { made++; socket.resetAndDestroy(); });
  socket.on("error", () => undefined);
  socket.on("close", () => { open--; next(); });
};
for (let n = 0; n < 4; n++) next();
`;

const inside = (place: Place, program: string, ...args: readonly string[]) =>
  spawn("nsenter", [`--net=${place.networkNamespacePath}`, process.execPath, "-e", program, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });

/** A server in the task that takes everything; ends it when called. */
export const serveSink = async (place: Place, port: number): Promise<() => void> => {
  const child = inside(place, sink, String(port));
  await new Promise((resolve) => child.stdout.once("data", resolve));
  return () => child.kill("SIGKILL");
};

const measure = (place: Place, program: string, address: string, port: number, milliseconds: number) =>
  new Promise<number>((resolve, reject) => {
    const child = inside(place, program, address, String(port), String(milliseconds));
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.on("close", () =>
      output === "" ? reject(new Error(`nothing came to ${address}`)) : resolve(Number(output)),
    );
  });

/** Bytes a second over one connection. */
export const throughput = (place: Place, address: string, port: number, milliseconds: number) =>
  measure(place, stream, address, port, milliseconds);

/** Connections a second, four at once. */
export const connectionRate = (place: Place, address: string, port: number, milliseconds: number) =>
  measure(place, connections, address, port, milliseconds);
