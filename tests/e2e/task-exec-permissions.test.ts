import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { CreateLogGroupCommand, DescribeLogStreamsCommand, GetLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  CreateClusterCommand,
  ECSClient,
  ExecuteCommandCommand,
  type Task,
  UpdateClusterCommand,
} from "@aws-sdk/client-ecs";
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import { describe, expect, test } from "vitest";
import { SessionClient } from "./support/session-manager/client.ts";
import { execute } from "./support/session-manager/execute.ts";
import { untilTerminated, useInstance } from "./support/use-instance.ts";

describe("what decides over a session", () => {
  const fleetless = useInstance("--isolation", "runc", "--session-idle-seconds", "4");
  const enabled = { enableExecuteCommand: true };

  test("a session that nobody uses ends by itself, and so does its command", async () => {
    const { tasks } = fleetless;
    const task = await tasks.run("idle", [{ name: "main", ...untilTerminated() }], "RUNNING", {}, enabled);
    const client = await execute(tasks, task, "sleep 7300");
    await client.until("the idle end", () => client.closed !== undefined);
    expect(client.closed).toBe("Your session timed out due to inactivity.");
    await tasks.stop(task.taskArn ?? "");
  });

  test("the AWS CLI runs a command through the session manager plugin that it starts", async () => {
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

  test("a token opens its own session once; what is not the protocol ends it in words", async () => {
    const { tasks } = fleetless;
    const task = await tasks.run("token", [{ name: "main", ...untilTerminated() }], "RUNNING", {}, enabled);
    const grant = async () => {
      const input = { task: task.taskArn, command: "cat", interactive: true };
      const {
        sessionId = "",
        streamUrl = "",
        tokenValue = "",
      } = (await tasks.ecs.send(new ExecuteCommandCommand(input))).session ?? {};
      return { sessionId, streamUrl, tokenValue };
    };
    const granted = await grant();
    const thief = new SessionClient({ ...granted, tokenValue: (await grant()).tokenValue });
    await thief.until("the refusal", () => thief.ended !== undefined);
    expect(thief.ended).toMatchObject({ code: 1008, reason: expect.stringContaining("token is not its own") });
    const client = new SessionClient(granted);
    await client.until("the handshake", () => client.ready);
    const second = new SessionClient(granted);
    await second.until("the refusal", () => second.ended !== undefined);
    expect(second.ended?.code).toBe(1008);
    client.sendRaw(Buffer.from("nonsense"));
    await client.until("the end", () => client.closed !== undefined);
    expect(client.closed).toMatch(/A message has at least 120 bytes, this one has 8/);
    expect(fleetless.instance.log()).not.toContain(granted.tokenValue);
    await tasks.stop(task.taskArn ?? "");
  });

  test("the task must allow it, the container be named and run, the mode be interactive", async () => {
    const { tasks } = fleetless;
    const containers = [
      { name: "main", ...untilTerminated() },
      { name: "other", ...untilTerminated() },
    ];
    const [closed, open] = await Promise.all([
      tasks.run("closed", containers, "RUNNING"),
      tasks.run("open", containers, "RUNNING", {}, enabled),
    ]);
    const refusal = async (input: object) =>
      tasks.ecs
        .send(
          new ExecuteCommandCommand({
            task: open.taskArn,
            container: "main",
            command: "sh",
            interactive: true,
            ...input,
          }),
        )
        .then(
          () => "granted",
          (error: Error) => `${error.name}: ${error.message}`,
        );
    expect(await refusal({ task: closed.taskArn })).toMatch(
      /^InvalidParameterException: The execute command failed because execute command was not enabled when the task was run or the execute command agent isn't running\./,
    );
    expect(await refusal({ interactive: false })).toBe(
      "InvalidParameterException: Interactive is the only mode supported currently.",
    );
    expect(await refusal({ cluster: "nowhere", task: open.taskArn?.split("/").at(-1) })).toMatch(
      /^ClusterNotFoundException/,
    );
    expect(await refusal({ container: undefined })).toMatch(/^InvalidParameterException: The task has more than one/);
    expect(await refusal({ container: "third" })).toMatch(/^InvalidParameterException: The container third/);
    expect(await refusal({ task: "0".repeat(32) })).toMatch(/^InvalidParameterException: The referenced task/);
    expect(await refusal({ command: "echo 'a" })).toMatch(/^InvalidParameterException: The command has a quote/);
    expect(await refusal({})).toBe("granted");
    await Promise.all([closed, open].map(({ taskArn }) => tasks.stop(taskArn ?? "")));
  });

  test("IAM decides by cluster, task and container", async () => {
    const { tasks, instance } = fleetless;
    const containers = [
      { name: "main", ...untilTerminated() },
      { name: "other", ...untilTerminated() },
    ];
    const task = await tasks.run("iam", containers, "RUNNING", {}, enabled);
    await tasks.iam.send(new CreateUserCommand({ UserName: "operator" }));
    const { AccessKey } = await tasks.iam.send(new CreateAccessKeyCommand({ UserName: "operator" }));
    const credentials = {
      accessKeyId: AccessKey?.AccessKeyId ?? "",
      secretAccessKey: AccessKey?.SecretAccessKey ?? "",
    };
    const operator = new ECSClient({ ...instance.clientSettings, credentials });
    const attempt = (container: string) =>
      operator
        .send(new ExecuteCommandCommand({ task: task.taskArn, container, command: "sh", interactive: true }))
        .then(
          () => "granted",
          (error: Error) => error.name,
        );
    expect(await attempt("main")).toBe("AccessDeniedException");
    const allow = (condition: object) =>
      tasks.iam.send(
        new PutUserPolicyCommand({
          UserName: "operator",
          PolicyName: "exec",
          PolicyDocument: JSON.stringify({
            Version: "2012-10-17",
            Statement: [
              { Effect: "Allow", Action: "ecs:ExecuteCommand", Resource: "*", Condition: { StringEquals: condition } },
            ],
          }),
        }),
      );
    await allow({
      "ecs:container-name": "main",
      "ecs:enable-execute-command": "true",
      "ecs:task": task.taskArn,
      "ecs:cluster": task.clusterArn,
    });
    expect(await attempt("main")).toBe("granted");
    expect(await attempt("other")).toBe("AccessDeniedException");
    await allow({ "ecs:cluster": "arn:aws:ecs:us-east-1:123456789012:cluster/another" });
    expect(await attempt("main")).toBe("AccessDeniedException");
    await tasks.stop(task.taskArn ?? "");
  });

  test("the cluster's configuration says where it is logged", async () => {
    const { tasks } = fleetless;
    const events = async (group: string, stream: string) =>
      (
        await tasks.logs.send(
          new GetLogEventsCommand({ logGroupName: group, logStreamName: stream, startFromHead: true }),
        )
      ).events?.map(({ message }) => message);
    const session = async (task: Task, cluster = "default") => {
      const granted = await tasks.ecs.send(
        new ExecuteCommandCommand({
          cluster,
          task: task.taskArn,
          command: "sh -c 'echo seen; echo twice'",
          interactive: true,
        }),
      );
      const { sessionId = "", streamUrl = "", tokenValue = "" } = granted.session ?? {};
      const client = new SessionClient({ sessionId, streamUrl, tokenValue });
      await client.until("the end", () => client.closed !== undefined);
      return { sessionId, client };
    };
    const containers = [{ name: "main", ...untilTerminated() }];
    const plain = await tasks.run("logged", containers, "RUNNING", {}, enabled);
    const { sessionId } = await session(plain);
    await expect.poll(() => events("/fleetless/test", sessionId).catch(() => undefined)).toEqual(["seen", "twice"]);

    await tasks.logs.send(new CreateLogGroupCommand({ logGroupName: "/audit" }));
    const override = { logging: "OVERRIDE", logConfiguration: { cloudWatchLogGroupName: "/audit" } } as const;
    await tasks.ecs.send(
      new CreateClusterCommand({ clusterName: "audited", configuration: { executeCommandConfiguration: override } }),
    );
    const taskRoleArn = await tasks.createRole("audited");
    const audited = await tasks.start(await tasks.register("audited", containers, { taskRoleArn }), {
      ...enabled,
      cluster: "audited",
    });
    const [task] = audited;
    await expect
      .poll(async () => (await session(task ?? {}, "audited").catch(() => undefined))?.client.closed, {
        timeout: 30_000,
      })
      .toMatch(
        /The session cannot be logged to the log group \/audit: .*not authorized to perform: logs:CreateLogStream/,
      );
    const Statement = [{ Effect: "Allow", Action: "logs:*", Resource: "*" }];
    await tasks.iam.send(
      new PutRolePolicyCommand({
        RoleName: "audited",
        PolicyName: "logs",
        PolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement }),
      }),
    );
    const second = await session(task ?? {}, "audited");
    await expect.poll(() => events("/audit", second.sessionId).catch(() => undefined)).toEqual(["seen", "twice"]);

    const none = { executeCommandConfiguration: { logging: "NONE" } } as const;
    await tasks.ecs.send(new UpdateClusterCommand({ cluster: "audited", configuration: none }));
    const third = await session(task ?? {}, "audited");
    const streams = await tasks.logs.send(new DescribeLogStreamsCommand({ logGroupName: "/audit" }));
    expect(streams.logStreams?.map(({ logStreamName }) => logStreamName)).not.toContain(third.sessionId);
    for (const refused of [
      { kmsKeyId: "alias/any" },
      { logging: "OVERRIDE", logConfiguration: { s3BucketName: "bucket", cloudWatchLogGroupName: "/audit" } },
    ] as const) {
      const asked = new CreateClusterCommand({
        clusterName: "not",
        configuration: { executeCommandConfiguration: refused },
      });
      await expect(tasks.ecs.send(asked)).rejects.toMatchObject({
        message: expect.stringContaining("not supported yet"),
      });
    }
    await tasks.stop(plain.taskArn ?? "");
  });
});
