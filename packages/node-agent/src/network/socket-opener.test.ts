import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const opener = fileURLToPath(new URL("./socket-opener.ts", import.meta.url));
const requests = [1, 2].map(() => ({ protocol: "tcp", address: "127.0.0.1", port: 0 }));

test("lets go of its sockets when the agent dies before it has taken them over", async () => {
  const child = spawn(process.execPath, [opener, JSON.stringify(requests)], {
    stdio: ["ignore", "ignore", "ignore", "pipe"],
    env: { ...process.env, NODE_CHANNEL_FD: "3" },
  });
  const ended = once(child, "exit");
  const channel = child.stdio[3] as Socket;
  // The first socket comes and is not acknowledged, as by an agent that was killed at that moment.
  await once(channel, "data");
  channel.destroy();
  expect(await ended).toEqual([1, null]);
});
