import type { RunTaskRequest } from "@aws-sdk/client-ecs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { stoppedTaskRetention } from "../controllers/task-step.ts";
import { readTimeline } from "../service.ts";
import { createWorld, testNode, type World } from "../testing/world.ts";
import { describeTasks } from "./describe-tasks.ts";
import { listTagsForResource } from "./list-tags-for-resource.ts";
import { listTasks } from "./list-tasks.ts";
import { runTask } from "./run-task.ts";
import { stopTask } from "./stop-task.ts";
import { tagResource } from "./tag-resource.ts";
import { untagResource } from "./untag-resource.ts";

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

const request = (changes: Partial<RunTaskRequest>): RunTaskRequest => ({
  taskDefinition: "web",
  launchType: "FARGATE",
  networkConfiguration: { awsvpcConfiguration: { subnets: [...world.subnets] } },
  ...changes,
});
const describeOne = async (id: string) =>
  (await world.invoke(describeTasks, { tasks: [id], include: ["TAGS"] })).tasks?.[0];

const refused: readonly [string, string, Partial<RunTaskRequest>][] = [
  ["ClusterNotFoundException", "Cluster not found.", { cluster: "ghost" }],
  ["ClientException", "TaskDefinition not found.", { taskDefinition: "ghost" }],
  [
    "InvalidParameterException",
    "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
    { networkConfiguration: undefined },
  ],
  [
    "InvalidParameterException",
    "subnets can not be empty.",
    { networkConfiguration: { awsvpcConfiguration: { subnets: [] } } },
  ],
  [
    "InvalidParameterException",
    "subnet-ghost",
    { networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-ghost"] } } },
  ],
  ["InvalidParameterException", "No Container Instances were found in your cluster.", { launchType: "EC2" }],
  ["InvalidParameterException", "No Container Instances were found in your cluster.", { launchType: undefined }],
  ["InvalidParameterException", "Count must be between 1 and 10.", { count: 11 }],
  [
    "InvalidParameterException",
    "Specifying both a launch type and capacity provider strategy",
    { capacityProviderStrategy: [{ capacityProvider: "FARGATE" }] },
  ],
  [
    "InvalidParameterException",
    "'mine' was not found",
    { launchType: undefined, capacityProviderStrategy: [{ capacityProvider: "mine" }] },
  ],
  [
    "InvalidParameterException",
    "Override for container named ghost is not a container in the TaskDefinition.",
    { overrides: { containerOverrides: [{ name: "ghost" }] } },
  ],
  ["ClientException", "Invalid 'cpu' setting for task.", { overrides: { cpu: "300" } }],
  [
    "ClientException",
    "The 'memory' setting for container 'app' is greater than for the task.",
    { overrides: { containerOverrides: [{ name: "app", memory: 4096 }] } },
  ],
  ["InvalidParameterException", "between 21 and 200", { overrides: { ephemeralStorage: { sizeInGiB: 5 } } }],
  ["PlatformUnknownException", "The specified platform does not exist.", { platformVersion: "1.0.0" }],
  ["ClientException", "Invalid task group", { group: "service:web" }],
  ["InvalidParameterException", "Invalid tag key", { tags: [{ key: "", value: "a" }] }],
];

describe("RunTask", () => {
  it.each(refused)("answers %s: %s", async (code, message, changes) => {
    await world.register();
    const running = world.invoke(runTask, request(changes));
    await expect(running).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  });

  it("refuses a definition that is not fit for FARGATE", async () => {
    await world.register({ requiresCompatibilities: ["EC2"], networkMode: "bridge" });
    await expect(world.run()).rejects.toThrow("Task definition does not support launch_type FARGATE.");
  });

  it("launches once for one client token", async () => {
    await world.register();
    const once = await world.invoke(runTask, request({ clientToken: "a", count: 2 }));
    const again = await world.invoke(runTask, request({ clientToken: "a", count: 2 }));
    expect(again.tasks?.map(({ taskArn }) => taskArn)).toEqual(once.tasks?.map(({ taskArn }) => taskArn));
    await expect(world.invoke(runTask, request({ clientToken: "a", count: 3 }))).rejects.toMatchObject({
      code: "ConflictException",
      members: { resourceIds: once.tasks?.map(({ taskArn }) => taskArn) },
    });
  });

  it("takes a client token whose launch found no room for another try", async () => {
    await world.register();
    await world.clock.advance(60_000);
    const tryAgain = () => world.invoke(runTask, request({ clientToken: "b" }));
    expect(await tryAgain()).toMatchObject({ tasks: [], failures: [{ reason: expect.stringMatching(/^Capacity/) }] });
    await world.session.heartbeat(testNode.id);
    expect(await tryAgain()).toMatchObject({ tasks: [{ lastStatus: "PROVISIONING" }], failures: [] });
  });

  it("launches many at the same time, and refuses each that is wrong by itself", async () => {
    await world.register();
    const runs = Array.from({ length: 12 }, (_, index) =>
      world.invoke(runTask, request(index % 4 === 3 ? { taskDefinition: "ghost" } : {})),
    );
    const answers = await Promise.allSettled(runs);
    const refusals = answers.flatMap((answer) => (answer.status === "rejected" ? [String(answer.reason)] : []));
    expect(refusals).toEqual(Array(3).fill(expect.stringContaining("TaskDefinition not found.")));
    const tasks = answers.flatMap((answer) => (answer.status === "fulfilled" ? (answer.value.tasks ?? []) : []));
    const addresses = tasks.map(({ containers }) => containers?.[0]?.networkInterfaces?.[0]?.privateIpv4Address);
    expect(new Set(addresses).size).toBe(9);
    const { workloads } = await world.session.desired(testNode.id, undefined, new AbortController().signal);
    expect(workloads).toHaveLength(9);
  });

  it("splits over capacity providers by base and weight, and over the subnets", async () => {
    await world.register();
    const answer = await world.invoke(
      runTask,
      request({
        launchType: undefined,
        count: 6,
        capacityProviderStrategy: [
          { capacityProvider: "FARGATE", base: 2, weight: 1 },
          { capacityProvider: "FARGATE_SPOT", weight: 3 },
        ],
      }),
    );
    const providers = answer.tasks?.map(({ capacityProviderName }) => capacityProviderName) ?? [];
    expect(providers.filter((name) => name === "FARGATE")).toHaveLength(3);
    expect(providers.filter((name) => name === "FARGATE_SPOT")).toHaveLength(3);
    expect(new Set(answer.tasks?.map(({ availabilityZone }) => availabilityZone)).size).toBe(3);
  });

  it("lays overrides over the definition and tags over its tags", async () => {
    await world.register({
      tags: [
        { key: "a", value: "definition" },
        { key: "b", value: "definition" },
      ],
      containerDefinitions: [{ name: "app", image: "busybox", environment: [{ name: "A", value: "1" }] }],
    });
    const id = await world.run({
      tags: [{ key: "a", value: "task" }],
      propagateTags: "TASK_DEFINITION",
      enableECSManagedTags: true,
      startedBy: "me",
      overrides: {
        cpu: "512",
        memory: "1024",
        containerOverrides: [{ name: "app", command: ["sleep"], environment: [{ name: "A", value: "2" }] }],
      },
    });
    const { workloads } = await world.session.desired(testNode.id, undefined, new AbortController().signal);
    expect(workloads[0]).toMatchObject({
      size: { cpuUnits: 512, memoryMiB: 1024, ephemeralStorageGiB: 20 },
      containers: [{ command: ["sleep"], environment: [{ name: "A", value: "2" }] }],
      metadata: { tags: { a: "task", b: "definition" }, group: "family:web" },
    });
    expect(await describeOne(id)).toMatchObject({
      cpu: "512",
      startedBy: "me",
      group: "family:web",
      tags: [
        { key: "a", value: "task" },
        { key: "b", value: "definition" },
        { key: "aws:ecs:clusterName", value: "default" },
      ],
    });
  });
});

describe("a task", () => {
  it("names every container in its overrides, and shows what is overridden", async () => {
    const container = (name: string) => ({ name, image: "busybox" });
    await world.register({ containerDefinitions: [container("app"), container("proxy")] });
    const plain = await describeOne(await world.run());
    expect(plain?.overrides).toEqual({
      containerOverrides: [{ name: "app" }, { name: "proxy" }],
      inferenceAcceleratorOverrides: [],
    });
    const command = ["sleep", "1"];
    const run = await world.invoke(
      runTask,
      request({ overrides: { cpu: "512", memory: "1024", containerOverrides: [{ name: "proxy", command }] } }),
    );
    expect(run.tasks?.[0]?.overrides).toEqual({
      cpu: "512",
      memory: "1024",
      containerOverrides: [{ name: "app" }, { name: "proxy", command }],
      inferenceAcceleratorOverrides: [],
    });
  });

  it("counts the changes of its state as its version", async () => {
    await world.register();
    const id = await world.run();
    const version = async () => (await describeOne(id))?.version;
    expect(await version()).toBe(1);
    await world.report(id, "PENDING", { sequence: 1_790_000_000_000 });
    await world.report(id, "PENDING", { sequence: 1_790_000_000_001, attachmentStatus: "ATTACHED" });
    expect(await version()).toBe(2);
    await world.report(id, "RUNNING", { sequence: 1_790_000_000_002 });
    expect(await version()).toBe(3);
    await world.report(id, "RUNNING", { sequence: 1_790_000_000_003, healthStatus: "HEALTHY" });
    await world.invoke(stopTask, { task: id });
    expect(await version()).toBe(5);
  });

  it.each(["None", "a".repeat(33), "arn:aws:ecs:us-east-1:123456789012:task/default/abc"])(
    "cannot have the id %s",
    async (task) => {
      const error = { code: "InvalidParameterException", message: "taskId length should be one of [32,36]" };
      await expect(world.invoke(describeTasks, { tasks: [task] })).rejects.toMatchObject(error);
      await expect(world.invoke(stopTask, { task })).rejects.toMatchObject(error);
    },
  );

  it("that ends by itself is wanted stopped from then on and tells why", async () => {
    await world.register();
    const id = await world.run();
    await world.report(id, "RUNNING");
    const ended = {
      stopCode: "EssentialContainerExited",
      stoppedReason: "Essential container in task exited",
    } as const;
    await world.report(id, "STOPPING", ended);
    await world.report(id, "STOPPED", {
      ...ended,
      containers: [{ name: "app", status: "STOPPED", exitCode: 3, healthStatus: "UNKNOWN", restartCount: 0 }],
      timeline: [{ name: "pull", startedAt: 1, durationMilliseconds: 2 }],
    });
    expect(await describeOne(id)).toMatchObject({
      desiredStatus: "STOPPED",
      stopCode: "EssentialContainerExited",
      stoppedReason: "Essential container in task exited",
      containers: [{ exitCode: 3, lastStatus: "STOPPED" }],
    });
    const { store, compute } = world.dependencies;
    expect((await readTimeline(store, compute, id))?.steps).toHaveLength(1);
    await expect
      .poll(async () => (await world.invoke(listTasks, { desiredStatus: "STOPPED" })).taskArns)
      .toEqual([expect.stringContaining(id)]);
    expect((await world.invoke(listTasks, {})).taskArns).toEqual([]);
    await expect
      .poll(async () => {
        world.clock.advance(stoppedTaskRetention);
        return (await world.invoke(describeTasks, { tasks: [id] })).failures?.[0]?.reason;
      })
      .toBe("MISSING");
    expect(await world.store.read((transaction) => compute.readStatus(transaction, id))).toBeUndefined();
  });

  it("is stopped once, with the first reason", async () => {
    await world.register();
    const id = await world.run();
    await world.invoke(stopTask, { task: id });
    await world.invoke(stopTask, { task: id, reason: "later" });
    expect(await describeOne(id)).toMatchObject({ stopCode: "UserInitiated", stoppedReason: "Task stopped by user" });
    await expect(world.invoke(stopTask, { task: "0".repeat(32) })).rejects.toThrow(
      "The referenced task was not found.",
    );
  });

  it("can be tagged, as can its cluster and its definition", async () => {
    const definition = await world.register();
    const id = await world.run();
    const task = (await describeOne(id))?.taskArn ?? "";
    for (const resourceArn of [task, definition, "arn:aws:ecs:us-east-1:123456789012:cluster/default"]) {
      await world.invoke(tagResource, {
        resourceArn,
        tags: [
          { key: "a", value: "1" },
          { key: "b", value: "2" },
        ],
      });
      await world.invoke(untagResource, { resourceArn, tagKeys: ["a"] });
      expect((await world.invoke(listTagsForResource, { resourceArn })).tags).toEqual([{ key: "b", value: "2" }]);
    }
    const { workloads } = await world.session.desired(testNode.id, undefined, new AbortController().signal);
    expect(workloads[0]).toMatchObject({ id, revision: 3, metadata: { tags: { b: "2" } } });
    await expect(
      world.invoke(tagResource, { resourceArn: task, tags: [{ key: "aws:x", value: "1" }] }),
    ).rejects.toMatchObject({ code: "InvalidParameterException" });
  });
});
