import { spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import type { ConnectorMessage } from "./connector-protocol.ts";

const connector = fileURLToPath(new URL("./socket-connector.ts", import.meta.url));
const settings = { nameservers: ["127.0.0.1"], searchDomains: [], ipv6Only: false, limitMilliseconds: 60_000 };

test("ends, and its connections with it, when the agent dies before it has taken them over", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const child = spawn(process.execPath, [connector, JSON.stringify(settings)], {
    stdio: ["ignore", "ignore", "ignore", "pipe"],
    env: { ...process.env, NODE_CHANNEL_FD: "3" },
  });
  const ended = once(child, "exit");
  const connected: Promise<Socket[]> = once(server, "connection");
  const channel = child.stdio[3] as Socket;
  const { port } = server.address() as AddressInfo;
  const message: ConnectorMessage = { id: 1, kind: "connect", destination: { host: "127.0.0.1", port } };
  channel.write(`${JSON.stringify(message)}\n`);
  const [accepted] = await connected;
  // The socket comes and is not acknowledged, as by an agent that was killed at that moment.
  await once(channel, "data");
  channel.destroy();
  expect(await ended).toEqual([1, null]);
  accepted?.resume();
  if (accepted?.closed === false) await once(accepted, "close");
  server.close();
});
