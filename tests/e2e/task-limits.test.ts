import { describe, expect, test } from "vitest";
import { shell, untilTerminated, useInstance } from "./support/use-instance.ts";

const busy = "(while :; do :; done)";
/** More than one processor's worth, so that there is competition on small machines. */
const busyTwice = `for each in 1 2 3 4; do ${busy} & done`;
const readStats = "wget -q -O - $ECS_CONTAINER_METADATA_URI_V4/task/stats; echo";

interface Reading {
  readonly read: string;
  readonly cpu_stats: { readonly cpu_usage: { readonly total_usage: number } };
  readonly name: string;
}

/** CPU seconds per second that a container used between the two answers of /task/stats that were logged. */
const cpuShare = (lines: readonly string[], container: string): number => {
  const readings = lines
    .filter((line) => line.startsWith("{"))
    .map((line) => Object.values<Reading>(JSON.parse(line)).find(({ name }) => name === container));
  const [first, last] = [readings[0], readings.at(-1)];
  if (first === undefined || last === undefined) throw new Error(`No readings of ${container}: ${lines.join("\n")}`);
  const used = last.cpu_stats.cpu_usage.total_usage - first.cpu_stats.cpu_usage.total_usage;
  return used / 1e6 / (Date.parse(last.read) - Date.parse(first.read));
};

describe.each(["runc", "gvisor"])("limits under %s", (isolation) => {
  const fleetless = useInstance("--isolation", isolation);

  test("a busy task gets its vCPU and no more", async () => {
    const measure = async (cpu: string, memory: string): Promise<number> => {
      const script = `${busyTwice}; sleep 1; ${readStats}; sleep 4; ${readStats}; kill %1 %2 %3 %4`;
      const { lines } = await fleetless.tasks.finish(`busy-${cpu}`, [{ name: "main", ...shell(script) }], {
        cpu,
        memory,
      });
      return cpuShare(lines, "main");
    };
    const quarter = await measure("256", "512");
    expect(quarter).toBeGreaterThan(0.15);
    expect(quarter).toBeLessThan(0.3);
    const half = await measure("512", "1024");
    expect(half).toBeGreaterThan(0.3);
    expect(half).toBeLessThan(0.6);
  });

  test.concurrent("a container over the task's memory is killed for it", async () => {
    const { task } = await fleetless.tasks.finish("task-memory", [
      { name: "main", command: ["tail", "-c", "700m", "/dev/zero"] },
    ]);
    expect(task.containers?.[0]).toMatchObject({
      exitCode: 137,
      reason: "OutOfMemoryError: Container killed due to memory usage",
    });
  });

  test.concurrent("a container over its own memory is killed alone", async () => {
    const { tasks } = fleetless;
    const { taskArn = "" } = await tasks.run(
      "own-memory",
      [
        { name: "main", ...untilTerminated() },
        { name: "greedy", essential: false, memory: 64, command: ["tail", "-c", "200m", "/dev/zero"] },
      ],
      "RUNNING",
    );
    const task = await tasks.untilTask(taskArn, ({ containers }) => containers?.[1]?.exitCode !== undefined);
    expect(task).toMatchObject({
      lastStatus: "RUNNING",
      containers: [
        { lastStatus: "RUNNING" },
        { exitCode: 137, reason: "OutOfMemoryError: Container killed due to memory usage" },
      ],
    });
    await tasks.stop(taskArn);
    expect((await tasks.until(taskArn, "STOPPED")).containers?.[0]?.exitCode).toBe(0);
  });

  test.concurrent("ephemeral storage of 21 GiB holds 18 and not 25, and a second container fills the same", async () => {
    const { task, lines } = await fleetless.tasks.finish(
      "storage",
      [
        {
          name: "main",
          ...shell("busybox fallocate -l 4G /b && echo fits || echo full; dd if=/dev/zero of=/c bs=1M count=1"),
          dependsOn: [{ containerName: "first", condition: "SUCCESS" }],
        },
        {
          name: "first",
          essential: false,
          ...shell("busybox fallocate -l 18G /a && echo fits; ls -l /a | busybox awk '{print $5}'; exit 0"),
        },
      ],
      { ephemeralStorage: { sizeInGiB: 21 } },
    );
    expect(lines.slice(0, 2)).toEqual(["fits", String(18 * 1024 ** 3)]);
    expect(lines).toContain("full");
    expect(lines.join("\n")).toContain("No space left on device");
    expect(task.ephemeralStorage).toEqual({ sizeInGiB: 21 });
  });

  test.concurrent("a task has an end to its processes", async () => {
    const bomb = "i=0; while [ $i -lt 6000 ]; do sleep 20 & i=$((i+1)); done; echo no end";
    const { task, lines } = await fleetless.tasks.finish("processes", [{ name: "main", ...shell(bomb) }], {
      cpu: "1024",
      memory: "8192",
    });
    expect(lines).not.toContain("no end");
    if (isolation === "runc") {
      expect(task.containers?.[0]?.exitCode).toBe(2);
      expect(lines.join("\n")).toMatch(/can't fork|Resource temporarily unavailable/);
    } else {
      const reason = "the sandbox ended: the task has more processes than its limit allows";
      expect(task.containers?.[0]).toMatchObject({ exitCode: 137, reason });
    }
  });
});

describe("limits within a task", () => {
  const fleetless = useInstance("--isolation", "runc");

  test("containers share the task's vCPU by their CPU units", async () => {
    const { lines } = await fleetless.tasks.finish(
      "shares",
      [
        {
          name: "large",
          cpu: 896,
          ...shell(`${busyTwice}; sleep 1; ${readStats}; sleep 4; ${readStats}; kill %1 %2 %3 %4`),
        },
        { name: "small", cpu: 128, essential: false, ...shell(`${busyTwice}; wait`), stopTimeout: 2 },
      ],
      { cpu: "1024", memory: "2048" },
    );
    const [large, small] = [cpuShare(lines, "large"), cpuShare(lines, "small")];
    expect(large + small).toBeLessThan(1.2);
    expect(large / small).toBeGreaterThan(3);
  });
});
