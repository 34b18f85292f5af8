import { spawn } from "node:child_process";
import { Socket as DatagramSocket } from "node:dgram";
import { Server } from "node:net";
import { fileURLToPath } from "node:url";
import { namespacePath } from "./names.ts";

export interface SocketAddressRequest {
  readonly protocol: "tcp" | "udp";
  readonly address: string;
  readonly port: number;
}

export interface OpenedSocket {
  readonly request: SocketAddressRequest;
  readonly socket: Server | DatagramSocket;
}

const opener = fileURLToPath(new URL("./socket-opener.ts", import.meta.url));
const timeoutMilliseconds = 15_000;

const isRequest = (message: unknown): message is SocketAddressRequest =>
  typeof message === "object" && message !== null && "protocol" in message && "address" in message && "port" in message;

/**
 * Sockets bound inside a network namespace and served by this process. Rejects, with what the kernel said,
 * where one cannot be bound.
 */
export const openSockets = (
  namespace: string,
  requests: readonly SocketAddressRequest[],
): Promise<readonly OpenedSocket[]> =>
  new Promise((resolve, reject) => {
    const child = spawn(
      "nsenter",
      [`--net=${namespacePath(namespace)}`, process.execPath, opener, JSON.stringify(requests)],
      { stdio: ["ignore", "ignore", "pipe", "ipc"], env: { PATH: process.env.PATH ?? "/usr/bin:/bin" } },
    );
    const opened: OpenedSocket[] = [];
    let error = "";
    const timer = setTimeout(() => child.kill("SIGKILL"), timeoutMilliseconds);
    child.stderr?.on("data", (chunk: Buffer) => {
      if (error.length < 4096) error += chunk.toString();
    });
    child.on("message", (message: unknown, handle: unknown) => {
      if (isRequest(message) && (handle instanceof Server || handle instanceof DatagramSocket)) {
        opened.push({ request: message, socket: handle });
      }
    });
    child.on("error", (cause) => {
      error += cause.message;
    });
    child.on("close", (code) => {
      clearTimeout(timer);
      if (code === 0 && opened.length === requests.length) return resolve(opened);
      for (const { socket } of opened) socket.close();
      reject(new Error(`Sockets in the namespace ${namespace} could not be opened: ${error.trim().slice(-1000)}`));
    });
  });
