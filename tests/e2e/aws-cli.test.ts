import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { busyboxReference, importBusybox } from "./support/busybox-image.ts";
import { createInstance, type FleetlessInstance, runWith } from "./support/instance.ts";

let instance: FleetlessInstance;

const aws = async <Answer>(...args: readonly string[]): Promise<Answer> => {
  const output = await runWith(instance, "aws", [...args, "--output", "json"]);
  return output.trim() === "" ? ({} as Answer) : JSON.parse(output);
};

beforeAll(async () => {
  instance = await createInstance();
  await instance.up();
  await importBusybox(instance);
});

afterAll(() => instance.purge());

test("the caller is the account's root user with the well-known local key", async () => {
  const identity = await aws<{ Account: string; Arn: string }>("sts", "get-caller-identity");
  expect(identity).toMatchObject({ Account: "123456789012", Arn: "arn:aws:iam::123456789012:root" });
});

test("the calls of before are looked up in the audit trail", async () => {
  const { Events } = await aws<{ Events: { EventName: string }[] }>(
    ...["cloudtrail", "lookup-events", "--max-items", "1"],
    ...["--lookup-attributes", "AttributeKey=EventName,AttributeValue=GetCallerIdentity"],
  );
  expect(Events).toMatchObject([{ EventName: "GetCallerIdentity" }]);
});

test("a task is registered, run, waited for, read and stopped", async () => {
  const trust = {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: "ecs-tasks.amazonaws.com" }, Action: "sts:AssumeRole" }],
  };
  const role = await aws<{ Role: { Arn: string } }>(
    ...["iam", "create-role", "--role-name", "execution", "--assume-role-policy-document", JSON.stringify(trust)],
  );
  await aws(
    ...["iam", "attach-role-policy", "--role-name", "execution", "--policy-arn"],
    "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy",
  );
  await aws("logs", "create-log-group", "--log-group-name", "/cli");
  const file = join(instance.dataDirectory, "task.json");
  const options = { "awslogs-group": "/cli", "awslogs-region": "us-east-1", "awslogs-stream-prefix": "cli" };
  writeFileSync(
    file,
    JSON.stringify({
      family: "cli",
      requiresCompatibilities: ["FARGATE"],
      networkMode: "awsvpc",
      cpu: "256",
      memory: "512",
      executionRoleArn: role.Role.Arn,
      containerDefinitions: [
        {
          name: "main",
          image: busyboxReference,
          command: ["sh", "-c", "i=0; while sleep 0.2; do i=$((i+1)); echo line $i; done"],
          logConfiguration: { logDriver: "awslogs", options },
        },
      ],
    }),
  );
  const registered = await aws<{ taskDefinition: { revision: number; status: string } }>(
    ...["ecs", "register-task-definition", "--cli-input-json", `file://${file}`],
  );
  expect(registered.taskDefinition).toMatchObject({ revision: 1, status: "ACTIVE" });

  const { Subnets } = await aws<{ Subnets: { SubnetId: string; AvailabilityZone: string }[] }>(
    "ec2",
    "describe-subnets",
  );
  expect(new Set(Subnets.map(({ AvailabilityZone }) => AvailabilityZone))).toEqual(
    new Set(["us-east-1a", "us-east-1b", "us-east-1c"]),
  );
  const run = await aws<{ tasks: { taskArn: string; lastStatus: string }[]; failures: unknown[] }>(
    ...["ecs", "run-task", "--task-definition", "cli", "--launch-type", "FARGATE", "--network-configuration"],
    `awsvpcConfiguration={subnets=[${Subnets[0]?.SubnetId}],assignPublicIp=ENABLED}`,
  );
  expect(run.failures).toEqual([]);
  expect(run.tasks[0]?.lastStatus).toBe("PROVISIONING");
  const task = run.tasks[0]?.taskArn ?? "";
  await aws("ecs", "wait", "tasks-running", "--tasks", task);
  expect(await aws<{ taskArns: string[] }>("ecs", "list-tasks")).toEqual({ taskArns: [task] });

  // `logs tail` is in version 2 of the AWS CLI only, which is Debian's.
  const follow = spawn("/usr/bin/aws", ["--endpoint-url", instance.endpoint, "logs", "tail", "/cli", "--follow"], {
    env: instance.environment,
  });
  let tailed = "";
  follow.stdout.on("data", (chunk: Buffer) => {
    tailed += chunk.toString();
  });
  const lastLine = (): number => Number([...tailed.matchAll(/line (\d+)/g)].at(-1)?.[1] ?? 0);
  for (let waited = 0; waited < 100 && lastLine() < 15; waited += 1) await sleep(200);
  follow.kill();
  expect(lastLine()).toBeGreaterThanOrEqual(15);

  await aws("ecs", "stop-task", "--task", task, "--reason", "seen enough");
  await aws("ecs", "wait", "tasks-stopped", "--tasks", task);
  const { tasks } = await aws<{ tasks: object[] }>("ecs", "describe-tasks", "--tasks", task);
  expect(tasks[0]).toMatchObject({ stopCode: "UserInitiated", stoppedReason: "seen enough", lastStatus: "STOPPED" });
});

test("a second account has a profile of its own, and lets a role be assumed from the first", async () => {
  const made = await instance.json<{ accountId: string }>("account", "create", "210987654321");
  expect(made.accountId).toBe("210987654321");
  expect(await instance.json<object[]>("account", "list")).toMatchObject([
    { accountId: "123456789012" },
    { accountId: "210987654321" },
  ]);
  const again = await instance.run("account", "create", "210987654321");
  expect([again.code, again.stderr]).toEqual([1, expect.stringContaining("There is an account 210987654321 already")]);
  const { AWS_ACCESS_KEY_ID: _id, AWS_SECRET_ACCESS_KEY: _secret, ...environment } = instance.environment;
  const files = {
    AWS_CONFIG_FILE: join(instance.dataDirectory, "aws-config"),
    AWS_SHARED_CREDENTIALS_FILE: join(instance.dataDirectory, "aws-credentials"),
  };
  await runWith({ ...instance, environment: { ...environment, ...files } }, instance.command, [
    ...["configure", "--account", "210987654321", "--profile", "other"],
  ]);
  const other = { ...instance, environment: { ...environment, ...files, AWS_PROFILE: "other" } };
  const inOther = async (...args: readonly string[]): Promise<unknown> =>
    JSON.parse(await runWith(other, "aws", [...args, "--output", "json"]));
  expect(await inOther("sts", "get-caller-identity")).toMatchObject({ Arn: "arn:aws:iam::210987654321:root" });
  const trust = {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { AWS: "123456789012" }, Action: "sts:AssumeRole" }],
  };
  await inOther(
    ...["iam", "create-role", "--role-name", "partner", "--assume-role-policy-document", JSON.stringify(trust)],
  );
  const caller = await makeCaller();
  const assume = ["sts", "assume-role", "--role-arn", "arn:aws:iam::210987654321:role/partner"];
  const session = JSON.parse(await runWith(caller, "aws", [...assume, "--role-session-name", "visit"]));
  expect(session.AssumedRoleUser.Arn).toBe("arn:aws:sts::210987654321:assumed-role/partner/visit");
});

/** A user of the first account who may assume any role. */
const makeCaller = async (): Promise<FleetlessInstance> => {
  const policy = {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Resource: "*" }],
  };
  await aws("iam", "create-user", "--user-name", "caller");
  await aws(
    ...["iam", "put-user-policy", "--user-name", "caller", "--policy-name", "assume"],
    ...["--policy-document", JSON.stringify(policy)],
  );
  const { AccessKey } = await aws<{ AccessKey: { AccessKeyId: string; SecretAccessKey: string } }>(
    ...["iam", "create-access-key", "--user-name", "caller"],
  );
  return {
    ...instance,
    environment: {
      ...instance.environment,
      AWS_DEFAULT_OUTPUT: "json",
      AWS_ACCESS_KEY_ID: AccessKey.AccessKeyId,
      AWS_SECRET_ACCESS_KEY: AccessKey.SecretAccessKey,
    },
  };
};

test("a wrong key, an unknown operation and an unknown cluster are refused in AWS's words", async () => {
  const refused = async (environment: NodeJS.ProcessEnv, ...args: readonly string[]): Promise<string> => {
    const other = { ...instance, environment: { ...instance.environment, ...environment } };
    return runWith(other, "aws", args).then(
      () => "",
      (error: Error) => error.message,
    );
  };
  expect(await refused({ AWS_SECRET_ACCESS_KEY: "wrong" }, "ecs", "list-clusters")).toMatch(
    /SignatureDoesNotMatch|InvalidSignatureException/,
  );
  expect(await refused({ AWS_ACCESS_KEY_ID: "AKIANOBODY" }, "sts", "get-caller-identity")).toContain(
    "InvalidClientTokenId",
  );
  expect(await refused({}, "ecs", "create-service", "--service-name", "x", "--task-definition", "cli")).toMatch(
    /does not support ecs:CreateService yet/,
  );
  expect(await refused({}, "ecs", "list-tasks", "--cluster", "nowhere")).toContain("ClusterNotFoundException");
});
