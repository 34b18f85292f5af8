import { GetTaskProtectionCommand, type Task } from "@aws-sdk/client-ecs";
import { PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { silentLogger, systemClock } from "@fleetless/kernel";
import { expect, test } from "vitest";
import { findTaskById, saveTask } from "../../packages/control-plane/src/services/ecs/repository.ts";
import { openStore } from "../../packages/control-plane/src/state/open-store.ts";
import { untilTerminated, useInstance } from "./support/use-instance.ts";

const fleetless = useInstance();

interface Answer {
  readonly status: number;
  readonly body: {
    readonly protection?: {
      readonly ProtectionEnabled: boolean;
      readonly ExpirationDate?: string;
      readonly TaskArn: string;
    };
    readonly failure?: { readonly Arn: string; readonly Reason: string };
    readonly error?: { readonly Code: string; readonly Message: string };
  };
}

/** What `$ECS_AGENT_URI/task-protection/v1/state` answers to a process inside a task. */
const ask = async (task: Task, method: "GET" | "PUT", body = ""): Promise<Answer> => {
  const head = `${method} %s/task-protection/v1/state HTTP/1.0\\r\\nContent-Length: ${body.length}\\r\\n\\r\\n%s`;
  const script = `printf '${head}' "\${ECS_AGENT_URI#http://169.254.170.2}" '${body}' | nc 169.254.170.2 80`;
  const { stdout, stderr } = await fleetless.instance.run("task", "exec", task.taskArn ?? "", "--", "sh", "-c", script);
  const [, status, json] = /^HTTP\/1\.[01] (\d+)[\s\S]*?\r\n\r\n([\s\S]*)$/.exec(stdout) ?? [];
  if (status === undefined) throw new Error(`There is no answer: ${stdout}${stderr}`);
  return { status: Number(status), body: JSON.parse(json ?? "") };
};

/**
 * Makes a task one of a service in the stopped control plane's store, as the launches of services will. Only such
 * tasks are ended by scaling in.
 */
const giveToService = async (task: Task): Promise<void> => {
  const { dataDirectory, environment } = fleetless.instance;
  const url = environment.FLEETLESS_STORE;
  const store = await openStore({ dataDirectory, url, clock: systemClock, logger: silentLogger });
  try {
    await store.transaction(async (transaction) => {
      const record = await findTaskById(transaction, task.taskArn?.split("/").at(-1) ?? "");
      if (record === undefined) throw new Error("The task is not in the store");
      saveTask(transaction, { ...record, group: "service:web" });
    });
  } finally {
    await store.close();
  }
};

test("a task protects itself from scaling in, by its agent's address and under its own role", async () => {
  const { tasks, instance } = fleetless;
  const taskRoleArn = await tasks.createRole("worker");
  const enabled = { enableExecuteCommand: true };
  const task = await tasks.run("worker", [{ name: "main", ...untilTerminated() }], "RUNNING", { taskRoleArn }, enabled);

  const denied = await ask(task, "GET");
  expect([denied.status, denied.body.error]).toMatchObject([
    403,
    { Code: "AccessDeniedException", Message: expect.stringContaining("ecs:GetTaskProtection") },
  ]);
  const Action = ["ecs:GetTaskProtection", "ecs:UpdateTaskProtection"];
  const PolicyDocument = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action, Resource: "*" }],
  });
  await tasks.iam.send(new PutRolePolicyCommand({ RoleName: "worker", PolicyName: "protect", PolicyDocument }));
  expect(await ask(task, "PUT", '{"ProtectionEnabled":true}')).toEqual({
    status: 200,
    body: { failure: { Arn: task.taskArn, Reason: "TASK_NOT_VALID" } },
  });
  expect((await ask(task, "PUT", '{"Protection":1}')).status).toBe(400);

  await instance.kill();
  await giveToService(task);
  await instance.up();

  const unprotected = { protection: { ProtectionEnabled: false, TaskArn: task.taskArn } };
  expect((await ask(task, "GET")).body).toEqual(unprotected);
  const before = Date.now();
  const { body } = await ask(task, "PUT", '{"ProtectionEnabled":true,"ExpiresInMinutes":60}');
  expect(body.protection).toMatchObject({ ProtectionEnabled: true, TaskArn: task.taskArn });
  const expires = Date.parse(body.protection?.ExpirationDate ?? "");
  expect(expires - before).toBeGreaterThanOrEqual(60 * 60_000);
  expect((await ask(task, "GET")).body).toEqual(body);
  const named = { cluster: "default", tasks: [task.taskArn ?? ""] };
  const { protectedTasks } = await tasks.ecs.send(new GetTaskProtectionCommand(named));
  expect(protectedTasks).toEqual([
    { taskArn: task.taskArn, protectionEnabled: true, expirationDate: new Date(expires) },
  ]);
  expect((await ask(task, "PUT", '{"ProtectionEnabled":false}')).body).toEqual(unprotected);
});
