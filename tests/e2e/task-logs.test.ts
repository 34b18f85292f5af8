import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DescribeLogGroupsCommand,
  FilterLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { expect, test } from "vitest";
import { testLogGroup } from "./support/tasks.ts";
import { shell, untilTerminated, useInstance } from "./support/use-instance.ts";

const fleetless = useInstance("--isolation", "runc");

const awslogs = (options: Record<string, string>) => ({
  logConfiguration: {
    logDriver: "awslogs" as const,
    options: {
      "awslogs-group": testLogGroup,
      "awslogs-region": "us-east-1",
      "awslogs-stream-prefix": "test",
      ...options,
    },
  },
});

const messagesOf = async (logs: CloudWatchLogsClient, logGroupName: string): Promise<string[]> => {
  const messages: string[] = [];
  for (let nextToken: string | undefined; ; ) {
    const page = await logs.send(
      new FilterLogEventsCommand({ logGroupName, ...(nextToken === undefined ? {} : { nextToken }) }),
    );
    messages.push(...(page.events ?? []).map(({ message }) => message ?? ""));
    nextToken = page.nextToken;
    if (nextToken === undefined) return messages;
  }
};

test.concurrent("a line that is written in parts is one event, and a last one without a newline is not lost", async () => {
  const script = "printf first; sleep 1.2; printf ' line\\n'; echo >&2; echo second >&2; printf 'no newline'";
  const { lines } = await fleetless.tasks.finish("partial", [{ name: "main", ...shell(script) }]);
  expect(lines).toEqual(["first line", "second", "no newline"]);
});

test.concurrent("bytes that are no text are replaced, and all that is text comes through", async () => {
  const script = "printf 'a\\377b\\0c\\303\\244\\342\\202\\254\\360\\237\\230\\200\\303\\n'; echo next";
  const { lines } = await fleetless.tasks.finish("binary", [{ name: "main", ...shell(script) }]);
  expect(lines).toEqual(["a\uFFFDb\0cä€😀\uFFFD", "next"]);
});

test.concurrent("a line of a megabyte comes whole, in as many events as it needs", async () => {
  const script = "head -c 1048576 /dev/zero | tr '\\0' x; echo; echo next";
  const { lines } = await fleetless.tasks.finish("long", [{ name: "main", ...shell(script) }]);
  expect(lines.at(-1)).toBe("next");
  const pieces = lines.slice(0, -1);
  expect(pieces.join("")).toBe("x".repeat(1_048_576));
  expect(pieces.every(({ length }) => length <= 262_144)).toBe(true);
  expect(pieces.length).toBeLessThanOrEqual(5);
});

test.concurrent("thousands of lines come in the order in which they were written", async () => {
  const script = "for i in $(seq 1 5000); do echo line $i; done";
  const { lines } = await fleetless.tasks.finish("many", [{ name: "main", ...shell(script) }]);
  expect(lines).toEqual(Array.from({ length: 5_000 }, (_line, index) => `line ${index + 1}`));
});

test.concurrent("a multiline pattern or a datetime format begins an event, and what follows belongs to it", async () => {
  const pattern = "echo INFO one; echo '  at here'; echo '  at there'; sleep 1.5; echo INFO two; echo '  at last'";
  const dates = "echo '[Nov 21, 2026 02:00:01] one'; echo more; echo '[Nov 21, 2026 02:00:02] two'";
  const [byPattern, byDate] = await Promise.all([
    fleetless.tasks.finish("pattern", [
      { name: "main", ...shell(pattern), ...awslogs({ "awslogs-multiline-pattern": "^INFO" }) },
    ]),
    fleetless.tasks.finish("datetime", [
      {
        name: "main",
        ...shell(dates),
        ...awslogs({ "awslogs-datetime-format": "\\[%b %d, %Y %H:%M:%S\\]" }),
      },
    ]),
  ]);
  expect(byPattern.lines.map((line) => line.trimEnd())).toEqual([
    "INFO one\n  at here\n  at there",
    "INFO two\n  at last",
  ]);
  expect(byDate.lines.map((line) => line.trimEnd())).toEqual([
    "[Nov 21, 2026 02:00:01] one\nmore",
    "[Nov 21, 2026 02:00:02] two",
  ]);
});

test.concurrent("a group that is not there fails the task in ECS's words", async () => {
  const { task } = await fleetless.tasks.finish("no-group", [
    { name: "main", ...shell("echo ran"), ...awslogs({ "awslogs-group": "/not/there" }) },
  ]);
  expect(task.stopCode).toBe("TaskFailedToStart");
  expect(task.stoppedReason).toMatch(
    /^ResourceInitializationError: failed to validate logger args: create stream has been retried \d+ times: failed to create Cloudwatch log stream: .*The specified log group does not exist\./,
  );
  expect(task.startedAt).toBeUndefined();
});

test.concurrent("a group is made where it is asked for and the execution role may, and else the denial is told", async () => {
  const { tasks } = fleetless;
  const group = "/made/for/the/task";
  const container = {
    name: "main",
    ...shell("echo in a new group"),
    ...awslogs({ "awslogs-group": group, "awslogs-create-group": "true" }),
  };
  const denied = await tasks.finish("may-not", [container]);
  expect(denied.task.stoppedReason).toMatch(
    /^ResourceInitializationError: .*is not authorized to perform: logs:CreateLogGroup/,
  );
  const executionRoleArn = await tasks.createRole("group-maker");
  const statement = { Effect: "Allow", Action: "logs:*", Resource: "*" };
  const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  await tasks.iam.send(new PutRolePolicyCommand({ RoleName: "group-maker", PolicyName: "logs", PolicyDocument }));
  await tasks.finish("may", [container], { executionRoleArn });
  const { logGroups } = await tasks.logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: group }));
  expect(logGroups?.map(({ logGroupName }) => logGroupName)).toEqual([group]);
  expect(await messagesOf(tasks.logs, group)).toEqual(["in a new group"]);
});

test.concurrent("awslogs-region names the region of the group", async () => {
  const { tasks, instance } = fleetless;
  const elsewhere = new CloudWatchLogsClient({ ...instance.clientSettings, region: "eu-west-1" });
  await elsewhere.send(new CreateLogGroupCommand({ logGroupName: "/elsewhere" }));
  await tasks.finish("region", [
    {
      name: "main",
      ...shell("echo in Ireland"),
      ...awslogs({ "awslogs-group": "/elsewhere", "awslogs-region": "eu-west-1" }),
    },
  ]);
  expect(await messagesOf(elsewhere, "/elsewhere")).toEqual(["in Ireland"]);
  await expect(messagesOf(tasks.logs, "/elsewhere")).rejects.toThrow("The specified log group does not exist.");
});

test.concurrent("an option that the driver does not know fails the task, or its registration", async () => {
  const register = fleetless.tasks.finish("unknown", [
    { name: "main", ...shell("echo ran"), ...awslogs({ mode: "sometimes" }) },
  ]);
  const outcome = await register.then(
    ({ task }) => task.stoppedReason,
    (refusal: Error) => refusal.message,
  );
  expect(outcome).toMatch(/sometimes/);
});

test.concurrent("a non-blocking log comes whole while it can be delivered, and lines flow again into a group made anew", async () => {
  const { tasks } = fleetless;
  const group = "/made/again";
  const script = "seq 1 3000; i=0; while true; do echo tick $((i=i+1)); sleep 0.1; done";
  const options = awslogs({ "awslogs-group": group, mode: "non-blocking", "max-buffer-size": "64k" });
  await tasks.logs.send(new CreateLogGroupCommand({ logGroupName: group }));
  const { taskArn = "" } = await tasks.run(
    "made-again",
    [{ name: "main", ...shell(script), stopTimeout: 2, ...options }],
    "RUNNING",
  );
  const untilTick = async (): Promise<readonly string[]> => {
    for (const end = Date.now() + 20_000; ; await sleep(100)) {
      const messages = await messagesOf(tasks.logs, group);
      if (/^tick/.test(messages.at(-1) ?? "")) return messages;
      if (Date.now() > end) throw new Error(`No tick is among ${messages.length} lines`);
    }
  };
  const numbers = Array.from({ length: 3_000 }, (_line, index) => String(index + 1));
  expect((await untilTick()).slice(0, 3_000)).toEqual(numbers);
  await tasks.logs.send(new DeleteLogGroupCommand({ logGroupName: group }));
  await sleep(1_000);
  await tasks.logs.send(new CreateLogGroupCommand({ logGroupName: group }));
  expect((await untilTick()).every((line) => line.startsWith("tick"))).toBe(true);
  expect((await tasks.describe(taskArn)).lastStatus).toBe("RUNNING");
  await tasks.stop(taskArn);
  await tasks.until(taskArn, "STOPPED");
});

test.concurrent("fleetless task logs --follow shows lines as they are written and ends with the task", async () => {
  const { tasks, instance } = fleetless;
  const task = await tasks.run(
    "followed",
    [{ name: "main", ...shell("echo first; trap 'echo last; exit 0' TERM; while true; do sleep 0.1; done") }],
    "RUNNING",
  );
  const id = task.taskArn?.split("/").at(-1) ?? "";
  const follower = spawn(instance.command, ["task", "logs", id, "--follow"], { env: instance.environment });
  let shown = "";
  follower.stdout.on("data", (chunk: Buffer) => {
    shown += chunk.toString();
  });
  const ended = new Promise<number | null>((resolve) => {
    follower.once("close", resolve);
  });
  for (const end = Date.now() + 10_000; shown !== "first\n" && Date.now() < end; ) await sleep(50);
  expect(shown).toBe("first\n");
  expect(follower.exitCode).toBeNull();
  await tasks.stop(task.taskArn ?? "");
  expect(await ended).toBe(0);
  expect(shown).toBe("first\nlast\n");
});

test.concurrent("a container without a log configuration runs all the same", async () => {
  const { tasks } = fleetless;
  const definition = await tasks.register("silent", [
    { name: "main", ...shell("seq 1 100000; exit 6"), logConfiguration: undefined },
    { name: "side", ...untilTerminated() },
  ]);
  const [task] = await tasks.start(definition);
  expect((await tasks.until(task?.taskArn ?? "", "STOPPED")).containers?.[0]?.exitCode).toBe(6);
});
