import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { execute } from "./support/session-manager/execute.ts";
import { untilTerminated, useInstance } from "./support/use-instance.ts";

describe.each(["runc", "gvisor"])("a session under %s", (isolation) => {
  const fleetless = useInstance("--isolation", isolation);

  test("is a terminal of the size that is told, in the container asked for", async () => {
    const { tasks } = fleetless;
    const task = await tasks.run(
      "exec",
      [
        { name: "main", ...untilTerminated(), environment: [{ name: "WHO", value: "main" }] },
        { name: "other", ...untilTerminated(), environment: [{ name: "WHO", value: "other" }] },
      ],
      "RUNNING",
      {},
      { enableExecuteCommand: true },
    );
    expect(task.enableExecuteCommand).toBe(true);
    expect(task.containers?.map(({ managedAgents }) => managedAgents?.[0])).toEqual([
      { name: "ExecuteCommandAgent", lastStatus: "RUNNING", lastStartedAt: expect.any(Date) },
      { name: "ExecuteCommandAgent", lastStatus: "RUNNING", lastStartedAt: expect.any(Date) },
    ]);
    const client = await execute(tasks, task, "/bin/sh", { container: "other" });
    expect(client.sessionType).toBe("InteractiveCommands");
    client.type("echo I am $WHO\r");
    await client.shows("I am other");
    client.resize(123, 45);
    client.type("sleep 0.3; stty size\r");
    await client.shows("45 123");
    client.type("exit 3\r");
    await client.until("the end", () => client.closed !== undefined);
    expect(client.closed).toBe("");
    await tasks.stop(task.taskArn ?? "");
  });
});

describe("the AWS CLI", () => {
  const fleetless = useInstance("--isolation", "runc");

  test("runs a command through the session manager plugin that it starts", async () => {
    const { tasks, instance } = fleetless;
    const task = await tasks.run(
      "cli",
      [{ name: "main", ...untilTerminated() }],
      "RUNNING",
      {},
      {
        enableExecuteCommand: true,
      },
    );
    const directory = join(instance.dataDirectory, "bin");
    mkdirSync(directory);
    const program = fileURLToPath(new URL("support/session-manager/plugin.ts", import.meta.url));
    writeFileSync(join(directory, "session-manager-plugin"), `#!/bin/sh\nexec ${process.execPath} ${program} "$@"\n`, {
      mode: 0o755,
    });
    const { stdout } = await promisify(execFile)(
      "aws",
      [
        "ecs",
        "execute-command",
        "--interactive",
        "--task",
        task.taskArn ?? "",
        "--command",
        "sh -c 'echo is $((6*7))'",
      ],
      { env: { ...instance.environment, PATH: `${directory}:${process.env.PATH}` } },
    );
    expect(stdout).toContain("Starting session with SessionId: ecs-execute-command-");
    expect(stdout).toContain("is 42");
    expect(stdout).toContain("Exiting session");
    await tasks.stop(task.taskArn ?? "");
  });
});
