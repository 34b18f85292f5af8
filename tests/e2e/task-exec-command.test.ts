import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Task } from "@aws-sdk/client-ecs";
import { beforeAll, describe, expect, test } from "vitest";
import { execute } from "./support/session-manager/execute.ts";
import { shell, untilTerminated, useInstance } from "./support/use-instance.ts";

describe.each(["runc", "gvisor"])("fleetless task under %s", (isolation) => {
  const fleetless = useInstance("--isolation", isolation);
  let task: Task;

  /** `fleetless task <args>` with bytes as its input. */
  const run = (args: readonly string[], input: Uint8Array = new Uint8Array()) =>
    new Promise<{ readonly code: number | null; readonly stdout: Buffer; readonly stderr: string }>(
      (resolve, reject) => {
        const { instance } = fleetless;
        const child = spawn(instance.command, ["task", ...args], { env: instance.environment });
        const stdout: Buffer[] = [];
        let stderr = "";
        child.stdout.on("data", (bytes: Buffer) => stdout.push(bytes));
        child.stderr.on("data", (bytes: Buffer) => {
          stderr += bytes.toString();
        });
        child.stdin.on("error", () => undefined);
        child.stdin.end(input);
        child.once("error", reject);
        child.once("close", (code) => resolve({ code, stdout: Buffer.concat(stdout), stderr }));
      },
    );

  beforeAll(async () => {
    const serve = shell("exec httpd -f -p 127.0.0.1:8080 -h /etc");
    task = await fleetless.tasks.run(
      "inside",
      [
        { name: "main", ...untilTerminated(), environment: [{ name: "WHO", value: "main" }] },
        { name: "sealed", ...serve, essential: false, readonlyRootFilesystem: true, user: "1000:1000" },
      ],
      "RUNNING",
      {},
      { enableExecuteCommand: true },
    );
  });

  test("a session is a terminal of the size that is told, in the container asked for", async () => {
    const { tasks } = fleetless;
    const now = await tasks.describe(task.taskArn ?? "");
    expect(now.enableExecuteCommand).toBe(true);
    const agent = { name: "ExecuteCommandAgent", lastStatus: "RUNNING", lastStartedAt: expect.any(Date) };
    expect(now.containers?.map(({ managedAgents }) => managedAgents)).toEqual([[agent], [agent]]);
    const client = await execute(tasks, task, "/bin/sh", { container: "main" });
    expect(client.sessionType).toBe("InteractiveCommands");
    client.type("echo I am $WHO\r");
    await client.shows("I am main");
    client.resize(123, 45);
    client.type("sleep 0.3; stty size\r");
    await client.shows("45 123");
    client.type("exit 3\r");
    await client.until("the end", () => client.closed !== undefined);
    expect(client.closed).toBe("");
  });

  test("exec keeps streams apart, carries any bytes, and ends as the command does", async () => {
    const name = task.taskArn ?? "";
    const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, at) => (at * 7919) % 256));
    const [piped, apart, missing] = await Promise.all([
      run(["exec", "-i", "--container", "main", name, "--", "cat"], bytes),
      run(["exec", "--container", "main", name, "--", "sh", "-c", "echo out; echo err >&2; exit 7"]),
      run(["exec", "--container", "main", name, "--", "no-such-program"]),
    ]);
    expect(piped.stderr).toBe("");
    expect(piped.code).toBe(0);
    expect(piped.stdout.equals(bytes)).toBe(true);
    expect(apart).toEqual({ code: 7, stdout: Buffer.from("out\n"), stderr: "err\n" });
    expect(missing.code).toBe(125);
    expect(missing.stderr).toMatch(/could not be started.*no-such-program/s);
  });

  test("a command is the container's user's, or another's, without new privileges, on a read-only root", async () => {
    const name = task.taskArn ?? "";
    const look =
      "id -u; grep -E '^(NoNewPrivs|CapBnd|CapEff)' /proc/self/status; touch /file 2>&1; echo $AWS_EXECUTION_ENV";
    const [own, root] = await Promise.all([
      run(["exec", "--container", "sealed", name, "--", "sh", "-c", look]),
      run(["exec", "--container", "sealed", "--user", "0", name, "--", "sh", "-c", look]),
    ]);
    expect(own.stdout.toString()).toMatch(/^1000\n/);
    expect(root.stdout.toString()).toMatch(/^0\n/);
    expect(root.stdout.toString()).toContain("Read-only file system");
    for (const { stdout } of [own, root]) {
      expect(stdout.toString()).toContain("AWS_ECS_FARGATE");
      expect(stdout.toString()).not.toMatch(/CapBnd:\s+0*[13]ffffffffff/);
      if (isolation === "runc") expect(stdout.toString()).toMatch(/NoNewPrivs:\s+1/);
    }
    expect(own.stdout.toString()).toMatch(/CapEff:\s+0{16}/);
  });

  test("cp brings directories out and in again", async () => {
    const name = task.taskArn ?? "";
    const directory = join(fleetless.instance.dataDirectory, "copies");
    mkdirSync(join(directory, "tree", "inner"), { recursive: true });
    const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, at) => (at * 31) % 256));
    writeFileSync(join(directory, "tree", "inner", "file"), bytes);
    const into = await run(["cp", "--container", "main", join(directory, "tree"), `${name}:/tmp/there`]);
    expect(into).toMatchObject({ code: 0 });
    const out = await run(["cp", "--container", "main", `${name}:/tmp/there`, join(directory, "back")]);
    expect(out).toMatchObject({ code: 0 });
    expect(readFileSync(join(directory, "back", "inner", "file")).equals(bytes)).toBe(true);
    const unknown = await run(["cp", "no-such-task:/etc/hosts", join(directory, "none")]);
    expect(unknown).toMatchObject({ code: 1, stderr: expect.stringContaining("There is no task no-such-task") });
    const absent = await run(["cp", "--container", "main", `${name}:/no/such`, join(directory, "none")]);
    expect(absent.code).toBe(1);
    expect(absent.stderr).toMatch(/no such|can't change directory/i);
  });

  test("port-forward reaches what listens on the task's loopback alone", async () => {
    const { instance } = fleetless;
    const args = ["--json", "task", "port-forward", "--container", "main", task.taskArn ?? "", "0:8080"];
    const child = spawn(instance.command, args, { env: instance.environment });
    try {
      const line = await new Promise<string>((resolve) =>
        child.stdout.once("data", (data: Buffer) => resolve(data.toString())),
      );
      const port = Number(JSON.parse(line).local.split(":")[1]);
      const answers = await Promise.all(
        Array.from({ length: 3 }, async () => (await fetch(`http://127.0.0.1:${port}/hostname`)).text()),
      );
      expect(new Set(answers).size).toBe(1);
      expect(answers[0]).toMatch(/^ip-/);
    } finally {
      child.kill("SIGINT");
      await new Promise((resolve) => child.once("close", resolve));
    }
  });
});
