import type { Task } from "@aws-sdk/client-ecs";
import { expect, test } from "vitest";
import { shell, untilTerminated, useInstance } from "./support/use-instance.ts";

const fleetless = useInstance("--isolation", "runc");

test("a task that may disturbs its own network: a port's black hole and lost packets, for as long as it wants", async () => {
  const { tasks, instance } = fleetless;
  const enabled = { enableExecuteCommand: true };
  const [server, client, forbidden] = await Promise.all([
    tasks.run("server", [{ name: "main", ...shell("exec httpd -f -p 8080 -h /etc") }], "RUNNING"),
    tasks.run("client", [{ name: "main", ...untilTerminated() }], "RUNNING", { enableFaultInjection: true }, enabled),
    tasks.run("forbidden", [{ name: "main", ...untilTerminated() }], "RUNNING", {}, enabled),
  ]);
  const { privateAddress } = await tasks.addresses(server);
  const inside = async (task: Task, script: string): Promise<string> => {
    const answer = await instance.run("task", "exec", task.taskArn ?? "", "--", "sh", "-c", script);
    return `${answer.stdout}${answer.stderr}`.trim();
  };
  const fetchPage = (): Promise<string> =>
    inside(
      client,
      `printf "GET /hostname HTTP/1.0\r\n\r\n" | timeout 2 nc ${privateAddress} 8080 | tail -n 1 | grep . || echo lost`,
    );
  const fault = (path: string, body: object, task = client): Promise<string> =>
    inside(task, `wget -q -O - --post-data '${JSON.stringify(body)}' "$ECS_AGENT_URI/fault/v1/${path}" 2>&1`);
  const hole = { Port: 8080, Protocol: "tcp", TrafficType: "egress" };

  await expect.poll(fetchPage, { timeout: 20_000 }).toMatch(/^ip-/);
  expect(await fault("network-blackhole-port/start", hole)).toBe('{"Status":"running"}');
  expect(await fetchPage()).toContain("lost");
  expect(await fault("network-blackhole-port/status", hole)).toBe('{"Status":"running"}');
  expect(await fault("network-blackhole-port/stop", hole)).toBe('{"Status":"stopped"}');
  expect(await fetchPage()).toMatch(/^ip-/);

  const loss = { LossPercent: 100, Sources: [`${privateAddress}/32`] };
  expect(await fault("network-packet-loss/start", loss)).toBe('{"Status":"running"}');
  expect(await fetchPage()).toContain("lost");
  expect(await fault("network-packet-loss/start", loss)).toContain("409");
  expect(await fault("network-packet-loss/stop", {})).toBe('{"Status":"stopped"}');
  expect(await fault("network-packet-loss/start", { ...loss, LossPercent: 50 })).toBe('{"Status":"running"}');
  const pings = `ping -c 16 -i 0.1 -W 1 ${privateAddress} | grep -o '[0-9]* packets received' | cut -d' ' -f1`;
  const answered = Number(await inside(client, pings));
  expect(answered).toBeGreaterThan(0);
  expect(answered).toBeLessThan(16);
  expect(await fault("network-packet-loss/stop", {})).toBe('{"Status":"stopped"}');
  expect(await fault("network-packet-loss/start", loss)).toBe('{"Status":"running"}');
  await instance.kill();
  await instance.up("--isolation", "runc");
  expect(await fault("network-packet-loss/status", {})).toBe('{"Status":"running"}');
  expect(await fetchPage()).toContain("lost");
  expect(await fault("network-packet-loss/stop", {})).toBe('{"Status":"stopped"}');
  expect(await fetchPage()).toMatch(/^ip-/);

  expect(await fault("network-latency/start", { DelayMilliseconds: 10 })).toContain("500");
  expect(await fault("network-blackhole-port/start", hole, forbidden)).toContain("400");
  await Promise.all([server, client, forbidden].map(({ taskArn }) => tasks.stop(taskArn ?? "")));
});
