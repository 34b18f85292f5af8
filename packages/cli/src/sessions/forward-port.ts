import { createServer, type Server, type Socket } from "node:net";
import { PassThrough } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Connection } from "../connection.ts";
import { messageOf } from "../failure.ts";
import { type CopyTarget, containerTools } from "./copy.ts";
import { RemoteCommand } from "./remote-command.ts";

/** Each connection to the local port becomes one to the port inside the task, also where only its loopback listens. */
export const forwardPort = (
  connection: Connection,
  target: CopyTarget,
  ports: { readonly local: number; readonly remote: number },
  onFailure: (message: string) => void,
): Promise<{ readonly server: Server; readonly port: number }> => {
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    open.add(socket);
    socket.on("close", () => open.delete(socket));
    carry(connection, target, ports.remote, socket).catch((thrown: unknown) => {
      onFailure(messageOf(thrown));
      socket.resetAndDestroy();
    });
  });
  server.on("close", () => {
    for (const socket of open) socket.destroy();
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(ports.local, "127.0.0.1", () => {
      const address = server.address();
      resolve({ server, port: typeof address === "object" && address !== null ? address.port : ports.local });
    });
  });
};

const carry = async (connection: Connection, target: CopyTarget, port: number, socket: Socket): Promise<void> => {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  let complaint = "";
  stderr.on("data", (bytes: Buffer) => {
    complaint = (complaint + bytes.toString()).slice(0, 1_000);
  });
  socket.on("error", () => undefined);
  const command = await RemoteCommand.start(
    connection,
    { ...target, command: [containerTools, "nc", "127.0.0.1", String(port)], terminal: false },
    { stdout, stderr },
  );
  const shown = pipeline(stdout, socket).catch(() => command.terminate());
  void command.bring(socket).catch(() => command.terminate());
  const exitCode = await command.ended;
  if (exitCode !== 0) throw new Error(complaint.trim() || `The connection ended with exit code ${exitCode}`);
  stdout.end();
  await shown;
};
