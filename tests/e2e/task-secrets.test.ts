import { setTimeout as sleep } from "node:timers/promises";
import { DescribeTaskDefinitionCommand } from "@aws-sdk/client-ecs";
import { PutSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { PutParameterCommand } from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { importBusybox } from "./support/busybox-image.ts";
import { createInstance, type FleetlessInstance } from "./support/instance.ts";
import { digest, TestSecrets, tell } from "./support/secrets.ts";
import { Tasks } from "./support/tasks.ts";

describe.each(["runc", "gvisor"])("under %s", (isolation) => {
  let instance: FleetlessInstance;
  let tasks: Tasks;
  let secrets: TestSecrets;

  beforeAll(async () => {
    instance = await createInstance();
    await instance.up("--isolation", isolation);
    await importBusybox(instance);
    tasks = new Tasks(instance);
    await tasks.prepare();
    secrets = new TestSecrets(instance);
    await secrets.prepare(tasks);
  });

  afterAll(() => instance.purge());

  test("a container gets what each selector names, and nothing of it is on disk", async () => {
    const wanted = secrets.selectors();
    const names = wanted.map(({ secret }) => secret.name ?? "");
    const main = {
      name: "main",
      stopTimeout: 2,
      command: ["sh", "-c", `${tell(...names)}; echo told; sleep 1000`],
      secrets: wanted.map(({ secret }) => secret),
      healthCheck: { command: ["CMD-SHELL", 'test -n "$WHOLE"'], interval: 5 },
    };
    const task = await tasks.run("secrets", [main], "RUNNING");
    const lines = await tasks.untilLine(task, /^told/);
    for (const { secret, value } of wanted) expect(lines).toContain(`${secret.name} ${digest(value)} -`);
    // A command that is run inside has them too.
    await tasks.untilTask(task.taskArn ?? "", ({ healthStatus }) => healthStatus === "HEALTHY");
    expect(JSON.stringify(await tasks.describe(task.taskArn ?? ""))).not.toContain(secrets.mark);
    const shown = await tasks.ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: "secrets" }));
    expect(shown.taskDefinition?.containerDefinitions?.[0]?.secrets).toEqual(main.secrets);
    expect(await secrets.filesWith(secrets.mark)).toEqual([]);
    // The search finds what is on disk.
    expect(await secrets.filesWith(secrets.plainArn)).not.toEqual([]);
    await tasks.stop(task.taskArn ?? "");
    await tasks.until(task.taskArn ?? "", "STOPPED");
    expect(await secrets.filesWith(secrets.mark)).toEqual([]);
  });

  test("secrets are files of the container's user, and follow the secret while it runs", async () => {
    const look = "ls -ln /run/secrets/db /config/text; echo env=[$DB]; ";
    const follow =
      'last=; while true; do now=$(cat /run/secrets/db /config/text | sha256sum); [ "$now" = "$last" ] || echo now $now; last=$now; usleep 50000; done';
    const task = await tasks.run(
      "files",
      [
        {
          name: "main",
          stopTimeout: 2,
          user: "1000:2000",
          command: ["sh", "-c", look + follow],
          secrets: [
            { name: "DB", valueFrom: secrets.plainArn },
            { name: "TEXT", valueFrom: "/app/text" },
          ],
          dockerLabels: {
            "fleetless.secret-file.DB": "/run/secrets/db",
            "fleetless.secret-file.TEXT": "/config/text",
          },
        },
      ],
      "RUNNING",
    );
    const both = (one: string, other: string): string => `now ${digest(one + other)} -`;
    const before = await tasks.untilLine(task, /^now/);
    expect(before.filter((line) => line.startsWith("-r--------"))).toHaveLength(2);
    for (const line of before.filter((line) => line.startsWith("-r-"))) expect(line).toMatch(/ 1000 +2000 /);
    expect(before).toContain("env=[]");
    expect(before).toContain(both(secrets.value("plain"), secrets.value("/app/text")));
    const changed = secrets.value("plain-2");
    await secrets.secrets.send(new PutSecretValueCommand({ SecretId: "app/plain", SecretString: changed }));
    await expect
      .poll(() => tasks.lines(task), { timeout: 20_000 })
      .toContain(both(changed, secrets.value("/app/text")));
    const Value = secrets.value("text-2");
    await secrets.ssm.send(new PutParameterCommand({ Name: "/app/text", Value, Overwrite: true }));
    await expect.poll(() => tasks.lines(task), { timeout: 20_000 }).toContain(both(changed, Value));
    await sleep(200);
    // Never half of one value and half of another, nor a file that is away.
    expect((await tasks.lines(task)).filter((line) => line.startsWith("now"))).toHaveLength(3);
    expect(await secrets.filesWith(secrets.mark)).toEqual([]);
    await tasks.stop(task.taskArn ?? "");
  });
});
