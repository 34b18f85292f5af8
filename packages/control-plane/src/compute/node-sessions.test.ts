import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createWorld, testNode, type World } from "../services/ecs/testing/world.ts";
import { longestWait } from "./desired-updates.ts";
import { leaseMilliseconds } from "./nodes.ts";
import { isWorkloadSessionOver, tasksService } from "./service.ts";

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

const signal = new AbortController().signal;
const logConfiguration = {
  logDriver: "awslogs",
  options: { "awslogs-group": "/app", "awslogs-region": "us-east-1", "awslogs-stream-prefix": "web" },
} as const;
const mayLog = {
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents", "logs:CreateLogGroup"],
      Resource: "arn:aws:logs:us-east-1:123456789012:log-group:/app:*",
    },
  ],
};

const runLogging = async (policy: object) => {
  const executionRoleArn = await world.createRole("execution", tasksService, policy);
  const taskRoleArn = await world.createRole("task", tasksService, mayLog);
  await world.register({
    executionRoleArn,
    taskRoleArn,
    containerDefinitions: [{ name: "app", image: "busybox", logConfiguration }],
  });
  return world.run();
};

describe("a waiting node", () => {
  it("gets an empty answer when it has waited long enough", async () => {
    const { cursor } = await world.session.desired(testNode.id, undefined, signal);
    const waiting = world.session.desired(testNode.id, cursor, signal);
    await new Promise((resolve) => setTimeout(resolve, 20));
    world.clock.advance(longestWait);
    expect(await waiting).toMatchObject({ complete: false, workloads: [], vpcs: [] });
  });

  it("is let go when its signal is aborted", async () => {
    const { cursor } = await world.session.desired(testNode.id, undefined, signal);
    const leaving = new AbortController();
    const waiting = world.session.desired(testNode.id, cursor, leaving.signal);
    leaving.abort(new Error("leaving"));
    await expect(waiting).rejects.toThrow("leaving");
  });

  it("must be registered before it is told anything", async () => {
    await expect(world.session.desired("other" as typeof testNode.id, undefined, signal)).rejects.toThrow(
      "not registered",
    );
  });
});

describe("reports", () => {
  it("never move a task back, whatever their order", async () => {
    await world.register();
    const id = await world.run();
    await world.report(id, "RUNNING");
    await world.report(id, "PENDING");
    const status = await world.store.read((transaction) => world.dependencies.compute.readStatus(transaction, id));
    expect(status?.phase).toBe("RUNNING");
    await world.report(id, "STOPPING", { sequence: 1 });
    const later = await world.store.read((transaction) => world.dependencies.compute.readStatus(transaction, id));
    expect(later?.phase).toBe("RUNNING");
  });
});

describe("leases", () => {
  it("keep new tasks away from a node that is not heard of, until it is", async () => {
    await world.register();
    world.clock.advance(leaseMilliseconds + 1);
    expect(await world.run()).toBe("");
    await world.session.heartbeat(testNode.id);
    expect(await world.run()).toMatch(/^[0-9a-f]{32}$/);
  });
});

describe("capacity", () => {
  it("is counted anew when a node registers again", async () => {
    await world.register({ cpu: "4096", memory: "8192" });
    const id = await world.run();
    await world.session.register(testNode);
    expect(await world.run()).toBe("");
    await world.report(id, "STOPPED");
    await expect.poll(() => world.run()).toMatch(/^[0-9a-f]{32}$/);
  });
});

describe("a workload's roles", () => {
  it("give temporary keys until the workload has stopped", async () => {
    const id = await runLogging(mayLog);
    const task = await world.session.credentials(id, "task");
    expect(task.ok && task.value).toMatchObject({ roleArn: "arn:aws:iam::123456789012:role/task" });
    const execution = await world.session.credentials(id, "execution");
    expect(execution.ok && execution.value.roleArn).toBe("arn:aws:iam::123456789012:role/execution");
    expect(await isWorkloadSessionOver(world.store, tasksService, id)).toBe(false);
    await world.report(id, "STOPPED");
    expect(await world.session.credentials(id, "task")).toMatchObject({ ok: false });
    expect(await isWorkloadSessionOver(world.store, tasksService, id)).toBe(true);
  });

  it("are refused at the launch where they do not trust the service", async () => {
    const taskRoleArn = await world.createRole("stranger", "ec2.amazonaws.com", mayLog);
    await world.register({ taskRoleArn });
    await expect(world.run()).rejects.toThrow(`ECS was unable to assume the role '${taskRoleArn}'`);
  });

  it("let logs be written as far as IAM allows", async () => {
    const id = await runLogging(mayLog);
    const stream = { group: "/app", stream: "web/app/1" };
    expect(await world.session.createLogStream(id, { ...stream, createGroup: true })).toMatchObject({ ok: true });
    const delivery = { ...stream, batch: 1, events: [{ timestamp: world.clock.now(), message: "hello" }] };
    expect(await world.session.putLogEvents(id, delivery)).toMatchObject({ ok: true });
    expect(await world.session.putLogEvents(id, delivery)).toMatchObject({ ok: true });
    expect(await world.store.logEvents.latestSequence()).toBe(1);
    expect(await world.session.putLogEvents(id, { ...delivery, group: "/other" })).toMatchObject({
      ok: false,
      refusal: { code: "AccessDeniedException" },
    });
  });

  it("name the denied action where IAM does not allow it", async () => {
    const id = await runLogging({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource: "*" }],
    });
    const answer = await world.session.createLogStream(id, { group: "/app", stream: "s", createGroup: false });
    expect(answer.ok ? "" : answer.refusal.message).toContain("is not authorized to perform: logs:CreateLogStream");
  });
});
