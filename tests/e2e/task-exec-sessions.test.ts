import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Task } from "@aws-sdk/client-ecs";
import { describe, expect, test } from "vitest";
import { execute } from "./support/session-manager/execute.ts";
import { untilTerminated, useInstance } from "./support/use-instance.ts";

/** Processes of this machine whose command line has a text in it. */
const processesWith = (text: string): readonly string[] =>
  readdirSync("/proc").filter((name) => {
    if (!/^\d+$/.test(name) || name === String(process.pid)) return false;
    try {
      return readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ").includes(text);
    } catch {
      return false;
    }
  });

const untilGone = async (text: string): Promise<void> => {
  const deadline = Date.now() + 20_000;
  while (processesWith(text).length > 0) {
    if (Date.now() > deadline) throw new Error(`${text} still runs`);
    await sleep(50);
  }
};

describe.each(["runc", "gvisor"])("sessions under %s", (isolation) => {
  const fleetless = useInstance("--isolation", isolation);
  const start = (family: string): Promise<Task> =>
    fleetless.tasks.run(
      family,
      [
        { name: "main", ...untilTerminated() },
        { name: "other", ...untilTerminated() },
      ],
      "RUNNING",
      {},
      { enableExecuteCommand: true },
    );

  test("several go side by side; a client that goes away, a task that stops and a killed agent leave nothing", async () => {
    const { tasks, instance } = fleetless;
    const task = await start("several");
    const clients = await Promise.all(
      Array.from({ length: 4 }, (_, at) => execute(tasks, task, "sh", { container: at % 2 === 0 ? "main" : "other" })),
    );
    await Promise.all(
      clients.map(async (client, at) => {
        client.type(`echo session $((${at} + 100)); sleep ${7100 + at} & sleep ${7100 + at}\r`);
        await client.shows(`session ${at + 100}`);
      }),
    );
    const inContainer = async (): Promise<string> => {
      const answer = await instance.run(
        "task",
        "exec",
        "--container",
        "main",
        task.taskArn ?? "",
        "--",
        "ps",
        "-o",
        "args",
      );
      expect(answer.code).toBe(0);
      return answer.stdout;
    };
    clients[0]?.close();
    await expect.poll(inContainer, { timeout: 20_000 }).not.toContain("sleep 7100");
    expect(await inContainer()).toContain("sleep 7102");
    await instance.kill();
    await clients[2]?.until("the cut", () => clients[2]?.ended !== undefined);
    await instance.up("--isolation", isolation);
    expect(await inContainer()).not.toContain("sleep 7102");
    expect((await tasks.describe(task.taskArn ?? "")).lastStatus).toBe("RUNNING");
    const last = await execute(tasks, task, "sleep 7200", { container: "main" });
    await tasks.stop(task.taskArn ?? "");
    await last.until("the end with the task", () => last.closed !== undefined);
    await tasks.until(task.taskArn ?? "", "STOPPED");
    await untilGone("sleep 7200");
  });
});
