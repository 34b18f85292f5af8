/**
 * Runs for a moment inside a VPC's network namespace: binds the sockets that it is told and hands them to the
 * agent, which cannot enter a namespace itself.
 */
import { createSocket } from "node:dgram";
import { createServer, isIPv6 } from "node:net";
import type { SocketAddressRequest } from "./vpc-sockets.ts";

const open = (request: SocketAddressRequest): Promise<void> =>
  new Promise((resolve, reject) => {
    const fail = (error: Error): void => reject(error);
    const sent = (error: Error | null): void => (error === null ? resolve() : reject(error));
    if (request.protocol === "tcp") {
      const server = createServer();
      server.once("error", fail);
      server.listen({ host: request.address, port: request.port, backlog: 511 }, () =>
        process.send?.(request, server, {}, sent),
      );
    } else {
      const socket = isIPv6(request.address) ? createSocket({ type: "udp6", ipv6Only: true }) : createSocket("udp4");
      socket.once("error", fail);
      socket.bind({ address: request.address, port: request.port, exclusive: true }, () =>
        process.send?.(request, socket, {}, sent),
      );
    }
  });

// An agent that was killed takes nothing over, and what is bound here would keep the next one from its addresses.
// Node tells nothing of a channel that ends with a handle under way.
setInterval(() => {
  if (!process.connected) process.exit(1);
}, 100);

const requests: readonly SocketAddressRequest[] = JSON.parse(process.argv[2] ?? "[]");
for (const request of requests) await open(request);
process.exit(0);
