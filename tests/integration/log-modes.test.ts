import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { silentLogger, systemClock } from "@fleetless/kernel";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { LogRouter } from "../../packages/node-agent/src/logs/contract.ts";
import { createLogRouter } from "../../packages/node-agent/src/logs/log-router.ts";
import { ReceivedLogs } from "../../packages/node-agent/src/logs/testing/received-logs.ts";
import { Machine, workloadOf } from "./runtime/machine.ts";

let machine: Machine;
beforeAll(async () => {
  machine = await Machine.create();
});
afterAll(() => machine.close());

const lineCount = 40_000;
const script = `i=0; while [ $i -lt ${lineCount} ]; do echo line $i; i=$((i+1)); done; exit 5`;

/** A container that writes its lines to the end while nobody takes them, and then what was delivered of them. */
const whileAway = async (options: Readonly<Record<string, string>>): Promise<readonly string[]> => {
  const received = new ReceivedLogs();
  const stateDirectory = await mkdtemp(join(machine.directory, "logs-"));
  const router: LogRouter = createLogRouter({
    session: received,
    stateDirectory,
    clock: systemClock,
    logger: silentLogger,
  });
  const log = {
    driver: "awslogs" as const,
    options: { "awslogs-group": "/g", "awslogs-region": "us-east-1", "awslogs-stream-prefix": "p", ...options },
  };
  const workload = workloadOf({ containers: [{ script, log }] });
  const [container] = workload.containers;
  if (container === undefined) throw new Error("no container");
  await machine.sandbox(workload);
  const outputPath = machine.runtime.outputPath({ workloadId: workload.id, name: "app" });
  expect(await router.open(workload, container, outputPath)).toMatchObject({ ok: true });
  received.away = true;
  const exit = machine.exitOf(workload);
  await machine.launch(workload);
  // Not held up by what it cannot deliver, in either mode.
  expect((await exit).exitCode).toBe(5);
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  received.away = false;
  await router.drain(workload.id, "app", 20_000);
  await router.close();
  await machine.remove(workload);
  return received.messages;
};

const lines = Array.from({ length: lineCount }, (_line, index) => `line ${index}`);

it("delivers every line of a container in blocking mode, however late", async () => {
  expect(await whileAway({ mode: "blocking" })).toEqual(lines);
});

it("keeps the newest lines of a container in non-blocking mode, as many as its buffer holds, and gives up the rest", async () => {
  const delivered = await whileAway({ mode: "non-blocking", "max-buffer-size": "64k" });
  expect(delivered.at(-1)).toBe(`line ${lineCount - 1}`);
  const kept = delivered.length - delivered.findLastIndex((line, at) => line !== lines.at(at - delivered.length)) - 1;
  expect(kept * "line 39999\n".length).toBeGreaterThan(30 * 1024);
  expect(kept * "line 39999\n".length).toBeLessThan(66 * 1024);
  expect(delivered.length).toBeLessThan(2 * kept + 10_000);
});

it("gives up nothing of a non-blocking log whose buffer is large enough", async () => {
  expect(await whileAway({ mode: "non-blocking", "max-buffer-size": "4m" })).toEqual(lines);
});
