import { ECSClient, ListClustersCommand } from "@aws-sdk/client-ecs";
import { AttachRolePolicyCommand } from "@aws-sdk/client-iam";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { expect, test } from "vitest";
import { shell, useInstance } from "./support/use-instance.ts";

const fleetless = useInstance("--isolation", "runc");
const showCredentials = "wget -q -O - http://169.254.170.2$AWS_CONTAINER_CREDENTIALS_RELATIVE_URI; echo";

test.concurrent("a task's keys are good while it runs, wherever they are used, and refused once it has stopped", async () => {
  const { tasks, instance } = fleetless;
  const taskRoleArn = await tasks.createRole("worker");
  const PolicyArn = "arn:aws:iam::aws:policy/AdministratorAccess";
  await tasks.iam.send(new AttachRolePolicyCommand({ RoleName: "worker", PolicyArn }));
  const container = { name: "main", ...shell(`${showCredentials}; sleep 1000`), stopTimeout: 2 };
  const task = await tasks.run("holds-keys", [container], "RUNNING", { taskRoleArn });
  const [line = ""] = await tasks.untilLine(task, /AccessKeyId/);
  const { AccessKeyId, SecretAccessKey, Token, Expiration, RoleArn } = JSON.parse(line);
  expect(RoleArn).toBe(taskRoleArn);
  const hours = (Date.parse(Expiration) - Date.now()) / 3_600_000;
  expect(hours).toBeGreaterThan(0.25);
  expect(hours).toBeLessThanOrEqual(12);
  const credentials = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: Token };
  const sts = new STSClient({ ...instance.clientSettings, credentials });
  const ecs = new ECSClient({ ...instance.clientSettings, credentials });
  const id = task.taskArn?.split("/").at(-1);
  expect((await sts.send(new GetCallerIdentityCommand({}))).Arn).toBe(
    `arn:aws:sts::123456789012:assumed-role/worker/${id}`,
  );
  expect((await ecs.send(new ListClustersCommand({}))).clusterArns).toHaveLength(1);
  await tasks.stop(task.taskArn ?? "");
  await tasks.until(task.taskArn ?? "", "STOPPED");
  await expect(sts.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({ name: "InvalidClientTokenId" });
  await expect(ecs.send(new ListClustersCommand({}))).rejects.toMatchObject({ name: "UnrecognizedClientException" });
});

test.concurrent("a task without a role has no credentials", async () => {
  const script =
    'echo "uri $AWS_CONTAINER_CREDENTIALS_RELATIVE_URI."; wget -q -O - http://169.254.170.2/v2/credentials/ || echo none';
  const { lines } = await fleetless.tasks.finish("no-role", [{ name: "main", ...shell(`${script} 2>&1`) }]);
  expect(lines).toEqual(expect.arrayContaining(["uri .", "none"]));
});
