import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFile, mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type LogEvent, newWorkloadId, workloadId } from "@fleetless/kernel";
import { afterEach, beforeEach, expect, it } from "vitest";
import { ReceivedLogs } from "./testing/received-logs.ts";

let directory: string;
let server: Server;
let received: ReceivedLogs;
let requests: number;

/** The control plane's side of the contract over HTTP; every seventh answer is lost after the work was done. */
const serve = async (request: IncomingMessage): Promise<"answer" | "lose"> => {
  const body = JSON.parse(await text(request)) as { group: string; stream: string; batch: number; events: LogEvent[] };
  const id = workloadId("0");
  if (request.url === "/stream") await received.createLogStream(id, body);
  else await received.putLogEvents(id, body);
  requests += 1;
  return requests % 7 === 0 ? "lose" : "answer";
};

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "fleetless-logs-crash-"));
  received = new ReceivedLogs();
  requests = 0;
  server = createServer((request, response) => {
    serve(request).then(
      (outcome) => (outcome === "answer" ? response.end("{}") : request.socket.destroy()),
      () => request.socket.destroy(),
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});

afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await rm(directory, { recursive: true, force: true });
});

const startRouter = async (output: string, id: string): Promise<ChildProcess> => {
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const script = fileURLToPath(new URL("./testing/router-process.ts", import.meta.url));
  const state = join(directory, "state");
  const child = spawn(process.execPath, [script, `http://127.0.0.1:${port}`, state, output, id], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  if (child.stdout === null) throw new Error("The router's process has no output.");
  await once(child.stdout, "data");
  return child;
};

it("loses nothing and doubles nothing when it is killed at any moment", { timeout: 60_000 }, async () => {
  const output = join(directory, "app.log");
  const id = newWorkloadId();
  const written: string[] = [];
  let writing = true;
  const writer = (async () => {
    while (writing) {
      const lines = Array.from({ length: 1 + Math.floor(Math.random() * 40) }, () => `line ${written.length}`);
      for (const [index] of lines.entries()) lines[index] = `line ${written.push(`line ${written.length}`) - 1}`;
      const block = Buffer.from(`${lines.join("\n")}\n`);
      const cut = Math.floor(Math.random() * block.length);
      await appendFile(output, block.subarray(0, cut));
      await appendFile(output, block.subarray(cut));
      await sleep(Math.random() * 4);
    }
  })();
  for (let round = 0; round < 8; round++) {
    const child = await startRouter(output, id);
    await sleep(20 + Math.random() * 250);
    child.kill("SIGKILL");
    await once(child, "exit");
  }
  writing = false;
  await writer;
  const last = await startRouter(output, id);
  last.stdin?.end();
  expect(await once(last, "exit")).toEqual([0, null]);
  expect(written.length).toBeGreaterThan(500);
  expect(received.messages).toEqual(written);
  expect(received.repeated).toBeGreaterThan(0);
});
