import { execFile, spawnSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import type { Task } from "@aws-sdk/client-ecs";
import { beforeAll, describe, expect, test } from "vitest";
import { shell, useInstance } from "./support/use-instance.ts";

const ask = "wget -q -O /dev/null $ECS_CONTAINER_METADATA_URI_V4/task 2>&1";

const size = { cpu: "256", memory: "512" };

describe.each(["runc", "gvisor"])("a hostile task under %s", (isolation) => {
  const fleetless = useInstance("--isolation", isolation);
  let neighbour: Task;
  let page: string;

  beforeAll(async () => {
    const { tasks, instance } = fleetless;
    const serve = { name: "web", command: ["httpd", "-f", "-p", "8080", "-h", "/www"], stopTimeout: 2 };
    neighbour = await tasks.run("neighbour", [serve], "RUNNING", size);
    const { publicAddress } = await tasks.addresses(neighbour);
    await promisify(execFile)(
      "aws",
      ["ec2", "authorize-security-group-ingress", "--group-name", "default", "--protocol", "tcp"].concat([
        "--port",
        "8080",
        "--cidr",
        "0.0.0.0/0",
      ]),
      { env: instance.environment },
    );
    page = `http://${publicAddress}:8080/`;
  });

  /** The machine starts processes, Fleetless answers, and the neighbour serves. */
  const expectAllWell = async (): Promise<void> => {
    expect(spawnSync("true").status).toBe(0);
    expect((await fleetless.tasks.describe(neighbour.taskArn ?? "")).lastStatus).toBe("RUNNING");
    expect((await promisify(execFile)("curl", ["-s", "--max-time", "10", page])).stdout).toBe("hello\n");
  };

  /** Runs a task while all must be well, and stops it. */
  const besides = async (family: string, script: string, sign: RegExp): Promise<readonly string[]> => {
    const { tasks } = fleetless;
    const container = { name: "main", ...shell(script), stopTimeout: 2 };
    const { taskArn = "" } = await tasks.run(family, [container], "RUNNING", size);
    await tasks.untilLine({ taskArn }, sign, 40);
    for (let times = 0; times < 3; times++) {
      await expectAllWell();
      await sleep(500);
    }
    await tasks.stop(taskArn);
    const stopped = await tasks.until(taskArn, "STOPPED");
    expect(stopped.stopCode).toMatch(/UserInitiated|EssentialContainerExited/);
    return tasks.lines({ taskArn });
  };

  test.concurrent("that forks without end takes its own processes and nothing else", async () => {
    await besides("fork-bomb", "echo armed; bomb() { bomb | bomb & }; bomb 2>/dev/null; sleep 1000", /armed/);
  });

  test.concurrent("that opens files without end takes its own and nothing else", async () => {
    const open = "tail -f $(yes /dev/null | head -n 40000) >/dev/null 2>&1 &";
    const script = `ulimit -n $(ulimit -Hn); for each in 1 2 3 4 5 6 7 8; do ${open} done; echo opening; sleep 1000`;
    await besides("file-bomb", script, /opening/);
  });

  test.concurrent("whose health check never ends has one at a time, and is UNHEALTHY", async () => {
    const { tasks } = fleetless;
    const main = {
      name: "main",
      stopTimeout: 2,
      ...shell("while :; do echo checks $(ps | grep -c '[c]heck-for-ever'); sleep 0.5; done"),
      healthCheck: {
        command: ["CMD-SHELL", "while :; do sleep 0.2; done # check-for-ever"],
        interval: 5,
        timeout: 2,
        retries: 1,
      },
    };
    const { taskArn = "" } = await tasks.run("endless-check", [main], "RUNNING", size);
    await tasks.untilTask(taskArn, ({ healthStatus }) => healthStatus === "UNHEALTHY");
    await sleep(6_000);
    const seen = (await tasks.lines({ taskArn })).map((line) => Number(line.replace("checks ", "")));
    expect(Math.max(...seen)).toBe(1);
    expect(seen).toContain(0); // Killed at its timeout.
    await tasks.stop(taskArn);
    await tasks.until(taskArn, "STOPPED");
  });
});

describe("a task that asks for its metadata without end", () => {
  const fleetless = useInstance("--isolation", "runc");

  test("is throttled, and others are not", async () => {
    const { tasks } = fleetless;
    const flood = `for each in 1 2 3 4 5 6; do (while :; do ${ask} || echo refused; done) & done; wait`;
    const container = { name: "main", ...shell(flood), stopTimeout: 2 };
    const { taskArn = "" } = await tasks.run("metadata-flood", [container], "RUNNING", { cpu: "1024", memory: "2048" });
    await tasks.untilLine({ taskArn }, /429 Too Many Requests/, 40);
    const { lines } = await tasks.finish("asks-once", [{ name: "main", ...shell(`${ask} && echo told`) }]);
    expect(lines).toEqual(["told"]);
    await tasks.stop(taskArn);
    await tasks.until(taskArn, "STOPPED");
  });
});
