import { setTimeout as sleep } from "node:timers/promises";
import {
  CreateClusterCommand,
  ListTagsForResourceCommand,
  ListTasksCommand,
  RunTaskCommand,
  type Task,
} from "@aws-sdk/client-ecs";
import { describe, expect, test } from "vitest";
import { shell, untilTerminated, useInstance } from "./support/use-instance.ts";

const fleetless = useInstance("--isolation", "runc");

const endAll = async (started: readonly Task[]): Promise<void> => {
  const { tasks } = fleetless;
  await Promise.all(started.map(({ taskArn }) => tasks.stop(taskArn ?? "")));
  await Promise.all(started.map(({ taskArn }) => tasks.until(taskArn ?? "", "STOPPED")));
};

test("what DescribeTasks shows is what the container has: address, hardware address, hash of the image", async () => {
  const { tasks } = fleetless;
  const { task, lines } = await tasks.finish("shown", [
    { name: "main", ...shell("ip -o addr show eth0; ip -o link show eth0; hostname; cat /etc/hosts") },
  ]);
  const [attachment] = task.attachments ?? [];
  const detail = (name: string): string =>
    attachment?.details?.find((each) => each.name === name)?.value ?? `no ${name}`;
  const [container] = task.containers ?? [];
  const address = detail("privateIPv4Address");
  expect(lines[0]).toContain(`inet ${address}/`);
  expect(lines.join("\n")).toContain(`link/ether ${detail("macAddress")}`);
  expect(lines).toContain(detail("privateDnsName"));
  expect(lines.join("\n")).toMatch(new RegExp(`^${address}\\s`, "m"));
  expect(attachment?.type).toBe("ElasticNetworkInterface");
  expect(detail("subnetId")).toMatch(/^subnet-[0-9a-f]{17}$/);
  expect(detail("networkInterfaceId")).toMatch(/^eni-[0-9a-f]{17}$/);
  expect(container).toMatchObject({
    networkInterfaces: [{ attachmentId: attachment?.id, privateIpv4Address: address }],
    imageDigest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
    runtimeId: expect.stringMatching(new RegExp(`^${task.taskArn?.split("/").at(-1)}-\\d{10}$`)),
  });
  expect(task).toMatchObject({ connectivity: "CONNECTED", launchType: "FARGATE", platformVersion: "1.4.0" });
});

test("tags: the request's over the definition's, ECS's own, and the definition's only where it is asked for", async () => {
  const { tasks } = fleetless;
  const definition = await tasks.register("tagged", [{ name: "main", ...shell("exit 0") }], {
    tags: [
      { key: "team", value: "definition" },
      { key: "stage", value: "test" },
    ],
  });
  const own = [{ key: "team", value: "request" }];
  const [propagated] = await tasks.start(definition, {
    tags: own,
    propagateTags: "TASK_DEFINITION",
    enableECSManagedTags: true,
  });
  const [plain] = await tasks.start(definition, { tags: own });
  const tagsOf = async (task: Task | undefined) =>
    Object.fromEntries(((await tasks.describe(task?.taskArn ?? "")).tags ?? []).map(({ key, value }) => [key, value]));
  expect(await tagsOf(propagated)).toEqual({ team: "request", stage: "test", "aws:ecs:clusterName": "default" });
  expect(await tagsOf(plain)).toEqual({ team: "request" });
  const listed = await tasks.ecs.send(new ListTagsForResourceCommand({ resourceArn: propagated?.taskArn }));
  expect(listed.tags).toHaveLength(3);
});

test("count, group and startedBy: ten tasks that can be found by each", async () => {
  const { tasks } = fleetless;
  const definition = await tasks.register("many", [{ name: "main", ...untilTerminated() }]);
  const [started, other] = await Promise.all([
    tasks.start(definition, { count: 10, group: "batch", startedBy: "nightly" }),
    tasks.start(definition),
  ]);
  expect(started).toHaveLength(10);
  expect(other[0]).toMatchObject({ group: "family:many" });
  expect(new Set(started.map(({ group, startedBy }) => `${group} ${startedBy}`))).toEqual(new Set(["batch nightly"]));
  const arns = started.map(({ taskArn }) => taskArn).toSorted();
  const found = await tasks.ecs.send(new ListTasksCommand({ startedBy: "nightly" }));
  expect(found.taskArns?.toSorted()).toEqual(arns);
  const family = await tasks.ecs.send(new ListTasksCommand({ family: "many" }));
  expect(family.taskArns).toHaveLength(11);
  await expect(tasks.start(definition, { count: 11 })).rejects.toThrow(/Count/i);
  await Promise.all([...started, ...other].map(({ taskArn }) => tasks.until(taskArn ?? "", "RUNNING")));
  await endAll([...started, ...other]);
});

test("a capacity provider strategy is honoured by base and weight, and shown", async () => {
  const { tasks } = fleetless;
  await tasks.ecs.send(
    new CreateClusterCommand({ clusterName: "mixed", capacityProviders: ["FARGATE", "FARGATE_SPOT"] }),
  );
  const definition = await tasks.register("mixed", [{ name: "main", ...shell("exit 0") }]);
  const answer = await tasks.ecs.send(
    new RunTaskCommand({
      taskDefinition: definition,
      cluster: "mixed",
      count: 8,
      networkConfiguration: { awsvpcConfiguration: { subnets: [tasks.subnet], assignPublicIp: "ENABLED" as const } },
      capacityProviderStrategy: [
        { capacityProvider: "FARGATE", base: 2, weight: 1 },
        { capacityProvider: "FARGATE_SPOT", weight: 2 },
      ],
    }),
  );
  const providers = (answer.tasks ?? []).map(({ capacityProviderName }) => capacityProviderName);
  expect(providers.filter((name) => name === "FARGATE")).toHaveLength(4);
  expect(providers.filter((name) => name === "FARGATE_SPOT")).toHaveLength(4);
});

test("states and times only move forward while a task is looked at", async () => {
  const { tasks } = fleetless;
  const order = ["PROVISIONING", "PENDING", "ACTIVATING", "RUNNING", "DEACTIVATING", "STOPPING", "DEPROVISIONING"];
  const rank = (status: string | undefined): number => [...order, "STOPPED"].indexOf(status ?? "");
  const definition = await tasks.register("looked-at", [
    { name: "main", ...shell("trap 'sleep 0.5; exit 0' TERM; while true; do sleep 0.05; done") },
  ]);
  const [started] = await tasks.start(definition);
  expect(started).toMatchObject({ lastStatus: "PROVISIONING", desiredStatus: "RUNNING" });
  const seen: Task[] = [];
  for (let stopped = false; seen.at(-1)?.lastStatus !== "STOPPED"; await sleep(10)) {
    const task = await tasks.describe(started?.taskArn ?? "");
    seen.push(task);
    if (task.lastStatus === "RUNNING" && !stopped) {
      stopped = true;
      await tasks.stop(task.taskArn ?? "");
    }
  }
  const statuses = [...new Set(seen.map(({ lastStatus }) => lastStatus))];
  expect(statuses).toEqual(expect.arrayContaining(["RUNNING", "DEPROVISIONING", "STOPPED"]));
  for (const [before, after] of seen.slice(1).map((task, index) => [seen[index], task] as const)) {
    expect(rank(after.lastStatus)).toBeGreaterThanOrEqual(rank(before?.lastStatus));
    expect(after.version ?? 0).toBeGreaterThanOrEqual(before?.version ?? 0);
    if (before?.desiredStatus === "STOPPED") expect(after.desiredStatus).toBe("STOPPED");
    for (const [name, value] of Object.entries(before ?? {})) {
      if (value instanceof Date) expect(after).toMatchObject({ [name]: value });
    }
  }
  const last = seen.at(-1);
  const times = [
    last?.createdAt,
    last?.pullStartedAt,
    last?.pullStoppedAt,
    last?.startedAt,
    last?.stoppingAt,
    last?.executionStoppedAt,
    last?.stoppedAt,
  ];
  expect(times.map(Number)).toEqual(times.map(Number).toSorted((one, other) => one - other));
  expect(last?.attachments?.[0]).toMatchObject({ type: "ElasticNetworkInterface", status: "DELETED" });
});

describe("on a machine that promises no more than it has", () => {
  const small = useInstance("--isolation", "runc", "--overcommit", "cpu=1,memory=1,storage=1");

  test("RunTask beyond its capacity launches what fits and says so of the rest, until there is room again", async () => {
    const { tasks } = small;
    const reason = expect.stringMatching(
      /^Capacity is unavailable at this time\. Please try again later or in a different availability zone/,
    );
    const definition = await tasks.register("large", [{ name: "main", ...untilTerminated() }], {
      cpu: "16384",
      memory: "32768",
    });
    const input = {
      taskDefinition: definition,
      launchType: "FARGATE" as const,
      networkConfiguration: { awsvpcConfiguration: { subnets: [tasks.subnet], assignPublicIp: "ENABLED" as const } },
    };
    const refused = await tasks.ecs.send(new RunTaskCommand({ ...input, count: 2 }));
    expect(refused.tasks).toEqual([]);
    expect(refused.failures).toMatchObject([{ reason }, { reason }]);
    const fits = { ...input, overrides: { cpu: "1024", memory: "2048" }, count: 10 };
    const first = await tasks.ecs.send(new RunTaskCommand(fits));
    expect(first.tasks?.length).toBeGreaterThan(0);
    expect(first.failures?.length).toBeGreaterThan(0);
    expect((first.tasks?.length ?? 0) + (first.failures?.length ?? 0)).toBe(10);
    const full = await tasks.ecs.send(new RunTaskCommand({ ...fits, count: 1 }));
    expect(full.failures).toMatchObject([{ reason }]);
    const [one] = first.tasks ?? [];
    await tasks.stop(one?.taskArn ?? "");
    await tasks.until(one?.taskArn ?? "", "STOPPED");
    const again = await tasks.ecs.send(new RunTaskCommand({ ...fits, count: 1 }));
    expect(again.failures).toEqual([]);
  });
});
