import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Task } from "@aws-sdk/client-ecs";
import { beforeAll, describe, expect, test } from "vitest";
import { isolationsForStore } from "./support/instance.ts";
import { readPcap } from "./support/read-pcap.ts";
import { shell, useInstance } from "./support/use-instance.ts";

interface RunningCapture {
  readonly child: ChildProcess;
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly ended: Promise<number | null>;
}

/** Whether a tcpdump runs with this in its arguments. */
const isCapturing = (marker: string): boolean =>
  readdirSync("/proc").some((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      return readFileSync(`/proc/${name}/cmdline`, "utf8").includes(marker) && commandName(name) === "tcpdump";
    } catch {
      return false;
    }
  });
const commandName = (pid: string): string => readFileSync(`/proc/${pid}/comm`, "utf8").trim();

describe.each(isolationsForStore)("packets of a task under %s", (isolation) => {
  const fleetless = useInstance("--isolation", isolation);
  let server: Task;
  let address: string;

  const start = (...args: readonly string[]): RunningCapture => {
    const { instance } = fleetless;
    const child = spawn(instance.command, ["vpc", "capture", server.taskArn ?? "", ...args], {
      env: instance.environment,
      cwd: instance.dataDirectory,
    });
    const told = { stdout: "", stderr: "" };
    child.stdout.on("data", (bytes: Buffer) => {
      told.stdout += bytes.toString("latin1");
    });
    child.stderr.on("data", (bytes: Buffer) => {
      told.stderr += bytes.toString();
    });
    const ended = once(child, "close").then(([code]) => (typeof code === "number" ? code : null));
    return { child, stdout: () => told.stdout, stderr: () => told.stderr, ended };
  };

  const listening = (capture: RunningCapture): Promise<void> =>
    expect.poll(capture.stderr, { timeout: 20_000, interval: 20 }).toMatch(/Capturing/);

  beforeAll(async () => {
    const { tasks } = fleetless;
    server = await tasks.run("server", [{ name: "main", ...shell("exec httpd -f -p 80 -h /www") }], "RUNNING");
    address = (await tasks.addresses(server)).privateAddress;
  });

  test("a capture holds exactly what passes between two tasks and matches its filter", async () => {
    const { tasks, instance } = fleetless;
    const file = join(instance.dataDirectory, "seen.pcap");
    const filter = "(tcp dst port 8001 or tcp port 80) and tcp[tcpflags] & tcp-syn != 0";
    const capture = start("--output", file, "--filter", filter);
    await listening(capture);
    const calls = [8001, 8002, 80].map((port) => `wget -q -O - http://${address}:${port}/`).join("; ");
    const client = await tasks.run("client", [{ name: "main", ...shell(calls) }], "STOPPED");
    const details = client.attachments?.[0]?.details ?? [];
    const caller = details.find(({ name }) => name === "privateIPv4Address")?.value;
    await expect.poll(() => readPcap(readFileSync(file)).length, { timeout: 10_000 }).toBe(3);
    capture.child.kill("SIGINT");
    expect(await capture.ended).toBe(0);
    expect(capture.stdout()).toBe(`3 packets in ${file}\n`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const [syn, synAndAck] = [2, 18];
    expect(readPcap(readFileSync(file))).toEqual([
      expect.objectContaining({ source: caller, destination: address, destinationPort: 8001, flags: syn }),
      expect.objectContaining({ source: caller, destination: address, destinationPort: 80, flags: syn }),
      expect.objectContaining({ source: address, destination: caller, sourcePort: 80, flags: synAndAck }),
    ]);
    expect(isCapturing(filter)).toBe(false);
  });

  test("ends by itself after its time or its packets, on standard output too", async () => {
    const capture = start("--output", "-", "--duration", "1", "--filter", "udp port 4001");
    expect(await capture.ended).toBe(0);
    expect(readPcap(Buffer.from(capture.stdout(), "latin1"))).toEqual([]);
    const counted = start("--packets", "1", "--filter", "tcp dst port 4002");
    await listening(counted);
    await fleetless.tasks.run("one", [{ name: "main", ...shell(`wget -q -O - http://${address}:4002/`) }], "STOPPED");
    expect(await counted.ended).toBe(0);
    const named = join(fleetless.instance.dataDirectory, `${server.taskArn?.split("/").at(-1)}.pcap`);
    expect(readPcap(readFileSync(named))).toHaveLength(1);
  });

  test("leaves nothing running when its client or the agent is killed", async () => {
    const { instance } = fleetless;
    const ofClient = start("--output", "-", "--filter", "udp port 4003");
    await listening(ofClient);
    expect(isCapturing("udp port 4003")).toBe(true);
    ofClient.child.kill("SIGKILL");
    await expect.poll(() => isCapturing("udp port 4003"), { timeout: 10_000 }).toBe(false);
    const ofAgent = start("--output", "-", "--filter", "udp port 4004");
    await listening(ofAgent);
    await instance.kill();
    await expect.poll(() => isCapturing("udp port 4004"), { timeout: 10_000 }).toBe(false);
    expect(await ofAgent.ended).not.toBe(0);
    await instance.up("--isolation", isolation);
  });

  test("says what is wrong with a filter, which is never an option of the program", async () => {
    const { dataDirectory } = fleetless.instance;
    const wrong = start("--output", "wrong.pcap", "--filter", "port of call");
    expect(await wrong.ended).not.toBe(0);
    expect(wrong.stderr()).toMatch(/filter|syntax|port/);
    expect(existsSync(join(dataDirectory, "wrong.pcap"))).toBe(false);
    writeFileSync(join(dataDirectory, "earlier.pcap"), "an earlier capture");
    expect(await start("--output", "earlier.pcap", "--filter", "port of call").ended).not.toBe(0);
    expect(readFileSync(join(dataDirectory, "earlier.pcap"), "utf8")).toBe("an earlier capture");
    const option = start("--output", "option.pcap", `--filter=-w${join(dataDirectory, "evil")}`);
    expect(await option.ended).not.toBe(0);
    expect(existsSync(join(dataDirectory, "evil"))).toBe(false);
    const long = start("--duration", "4000");
    expect(await long.ended).not.toBe(0);
    expect(long.stderr()).toContain("A capture takes 1 to 3600 seconds");
  });
});
