import { appendFile, mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newWorkloadId, silentLogger, systemClock } from "@fleetless/kernel";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { LogRouter } from "./contract.ts";
import { createLogRouter } from "./log-router.ts";
import { loggingContainer, loggingWorkload, logOptions } from "./testing/logging-workload.ts";
import { ReceivedLogs } from "./testing/received-logs.ts";

let directory: string;
let output: string;
let received: ReceivedLogs;
let router: LogRouter;

const newRouter = (): LogRouter =>
  createLogRouter({
    session: received,
    stateDirectory: join(directory, "state"),
    clock: systemClock,
    logger: silentLogger,
  });

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "fleetless-logs-"));
  output = join(directory, "app.log");
  received = new ReceivedLogs();
  router = newRouter();
});

afterEach(async () => {
  await router.close();
  await rm(directory, { recursive: true, force: true });
});

const open = async (options: Readonly<Record<string, string>> = logOptions) => {
  const container = loggingContainer(options);
  const workload = loggingWorkload(container);
  expect(await router.open(workload, container, output)).toEqual({ ok: true, value: undefined });
  return workload.id;
};

describe("a log router", () => {
  it("names the stream as Fargate does and makes it once", async () => {
    const id = await open();
    expect(received.streams).toEqual([`/web:web/app/${id}`]);
  });

  it("leaves nothing of a log that is drained while it is being opened", async () => {
    const container = loggingContainer();
    const workload = loggingWorkload(container);
    const opening = router.open(workload, container, output);
    await router.drain(workload.id, "app", 5000);
    await opening;
    expect(await readdir(join(directory, "state"))).toEqual([]);
  });

  it("removes what an agent has left that was killed over the opening of a log, or over its end", async () => {
    const id = newWorkloadId();
    await mkdir(join(directory, "state", id), { recursive: true });
    await router.drain(id, "app", 5000);
    expect(await readdir(join(directory, "state"))).toEqual([]);
  });

  it("delivers lines well under a second after they were written", async () => {
    await open();
    const delays: number[] = [];
    for (let line = 1; line <= 5; line++) {
      const written = performance.now();
      await appendFile(output, `line ${line}\n`);
      await vi.waitFor(() => expect(received.messages).toHaveLength(line), { timeout: 2000, interval: 2 });
      delays.push(performance.now() - written);
    }
    expect(received.messages).toEqual(["line 1", "line 2", "line 3", "line 4", "line 5"]);
    expect(Math.max(...delays)).toBeLessThan(800);
  });

  it("keeps a line back until it ends, and gives it out when the container has ended", async () => {
    const id = await open();
    await appendFile(output, "whole\npart");
    await vi.waitFor(() => expect(received.messages).toEqual(["whole"]));
    await appendFile(output, "ial\nno end");
    await vi.waitFor(() => expect(received.messages).toEqual(["whole", "partial"]));
    await router.drain(id, "app", 5000);
    expect(received.messages).toEqual(["whole", "partial", "no end"]);
  });

  it("keeps the newest of a flood and gives the disk back, whatever the mode", async () => {
    const bounded = createLogRouter({
      session: received,
      stateDirectory: join(directory, "bounded"),
      clock: systemClock,
      logger: silentLogger,
      maximumBacklogBytes: 8_000_000,
    });
    const lines = Array.from({ length: 200_000 }, (_, index) => `${String(index).padStart(99, "0")}\n`);
    await writeFile(output, lines.join(""));
    const container = loggingContainer(logOptions);
    const workload = loggingWorkload(container);
    await bounded.open(workload, container, output);
    await bounded.drain(workload.id, "app", 10_000);
    await bounded.close();
    const numbers = received.messages.map(Number);
    expect(numbers.at(-1)).toBe(199_999);
    expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] ?? 0) + index));
    expect(numbers.length).toBeLessThan(45_000);
    expect(numbers.length).toBeGreaterThan(39_000);
    expect((await stat(output)).blocks * 512).toBeLessThan(10_000_000);
  });

  it("carries megabyte lines and bytes that are no text", async () => {
    const id = await open();
    await appendFile(output, Buffer.concat([Buffer.alloc(3_000_000, "x"), Buffer.from([10, 0xff, 0xfe, 10])]));
    await router.drain(id, "app", 10_000);
    expect(received.messages.slice(0, -1).join("")).toBe("x".repeat(3_000_000));
    expect(Math.max(...received.messages.map((message) => message.length))).toBe(262_118);
    expect(received.messages.at(-1)).toBe("\uFFFD\uFFFD");
  });

  it("keeps the lines of an event together and gives the last one out when it is quiet", async () => {
    await open({ ...logOptions, "awslogs-datetime-format": "%Y-%m-%d" });
    await appendFile(output, "2026-01-01 oops\n  at a\n  at b\n2026-01-02 fine\n");
    await vi.waitFor(() => expect(received.messages).toEqual(["2026-01-01 oops\n  at a\n  at b\n"]));
    await vi.waitFor(() => expect(received.messages.at(-1)).toBe("2026-01-02 fine\n"), { timeout: 4000 });
  });

  it("loses nothing while the control plane is away", async () => {
    const id = await open();
    received.away = true;
    await appendFile(output, "a\nb\n");
    await new Promise((resolve) => setTimeout(resolve, 400));
    await appendFile(output, "c\n");
    received.away = false;
    await router.drain(id, "app", 8000);
    expect(received.messages).toEqual(["a", "b", "c"]);
  });

  it("drops the oldest lines above a non-blocking log's buffer while deliveries fail", async () => {
    const id = await open({ ...logOptions, mode: "non-blocking", "max-buffer-size": "1k" });
    received.away = true;
    const lines = Array.from({ length: 1000 }, (_, index) => `line ${index}`);
    await appendFile(output, `${lines.join("\n")}\n`);
    await new Promise((resolve) => setTimeout(resolve, 600));
    received.away = false;
    await router.drain(id, "app", 8000);
    expect(received.messages.length).toBeGreaterThan(40);
    expect(received.messages.length).toBeLessThan(120);
    expect(received.messages).toEqual(lines.slice(-received.messages.length));
  });

  it("goes on behind what it cannot deliver for good, and makes a deleted stream again", async () => {
    const id = await open();
    received.refusal = { code: "AccessDeniedException", message: "no", retryable: false };
    await appendFile(output, "lost\n");
    await new Promise((resolve) => setTimeout(resolve, 700));
    received.refusal = undefined;
    await appendFile(output, "kept\n");
    await router.drain(id, "app", 5000);
    expect(received.messages).toEqual(["kept"]);
  });

  it("takes a log up again after a restart, also when the container has ended meanwhile", async () => {
    const id = await open();
    await appendFile(output, "before\n");
    await vi.waitFor(() => expect(received.messages).toEqual(["before"]));
    await router.close();
    await appendFile(output, "meanwhile\n");
    router = newRouter();
    await router.drain(id, "app", 5000);
    expect(received.messages).toEqual(["before", "meanwhile"]);
    expect(received.streams).toHaveLength(1);
  });

  it("gives the space of delivered output back while the file keeps its length", async () => {
    const id = await open();
    const line = `${"y".repeat(65_535)}\n`;
    for (let written = 0; written < 24; written++) await appendFile(output, line.repeat(10));
    await vi.waitFor(() => expect(received.events).toHaveLength(240), { timeout: 10_000 });
    await appendFile(output, "last\n");
    await vi.waitFor(async () => expect((await stat(output)).blocks * 512).toBeLessThan(8 * 1024 * 1024), {
      timeout: 5000,
    });
    await router.drain(id, "app", 5000);
    expect((await stat(output)).size).toBe(240 * 65_536 + 5);
    expect(received.messages.at(-1)).toBe("last");
  });

  it("discards the output of a container without log configuration", async () => {
    const { log: _none, ...container } = loggingContainer();
    await writeFile(output, Buffer.alloc(5 * 1024 * 1024, "z"));
    const workload = loggingWorkload(container);
    expect((await router.open(workload, container, output)).ok).toBe(true);
    await vi.waitFor(async () => expect((await stat(output)).blocks * 512).toBeLessThan(65_536), { timeout: 5000 });
    await router.drain(workload.id, "app", 1000);
    expect(received.messages).toEqual([]);
  });

  it("words the refusal of a stream as ECS does", async () => {
    const message = "The specified log group does not exist.";
    received.refusal = { code: "ResourceNotFoundException", message, retryable: false };
    const container = loggingContainer();
    const result = await router.open(loggingWorkload(container, newWorkloadId()), container, output);
    expect(result.ok ? "" : result.refusal.message).toBe(
      `failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: ResourceNotFoundException: ${message} : exit status 1`,
    );
  });

  it("refuses options that it does not know", async () => {
    const container = loggingContainer({ ...logOptions, "awslogs-colour": "red" });
    const result = await router.open(loggingWorkload(container), container, output);
    expect(result.ok ? "" : result.refusal.message).toContain("failed to validate logger args: unknown log opt");
  });
});
