import type { Workload } from "@fleetless/kernel";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createWorld, testNode, type World } from "../testing/world.ts";
import { describeTasks } from "./describe-tasks.ts";
import { runTask } from "./run-task.ts";
import { stopTask } from "./stop-task.ts";
import { tagResource } from "./tag-resource.ts";
import { untagResource } from "./untag-resource.ts";

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

const describeOne = async (id: string) => (await world.invoke(describeTasks, { tasks: [id] })).tasks?.[0];
const signal = new AbortController().signal;

describe("a task from RunTask to STOPPED", () => {
  it("is told to the node, moves with its reports and gives back what it took", async () => {
    await world.register();
    const first = await world.session.desired(testNode.id, undefined, signal);
    expect(first).toMatchObject({ complete: true, workloads: [] });
    expect(first.vpcs).toHaveLength(1);

    const pending = world.session.desired(testNode.id, first.cursor, signal);
    const id = await world.run();
    const update = await pending;
    expect(update.complete).toBe(false);
    const workload = update.workloads[0] as Workload;
    expect(workload).toMatchObject({ id, revision: 1, desiredStatus: "RUNNING" });
    expect(update).toMatchObject({ vpcs: [], vpcInterfaces: [{ changed: [{ id: workload.networkInterface.id }] }] });
    expect(await describeOne(id)).toMatchObject({ lastStatus: "PROVISIONING", desiredStatus: "RUNNING" });

    await world.report(id, "RUNNING", { connectivity: "CONNECTED", times: { startedAt: world.clock.now() } });
    expect(await describeOne(id)).toMatchObject({ lastStatus: "RUNNING", connectivity: "CONNECTED" });

    const stopped = world.session.desired(testNode.id, update.cursor, signal);
    await world.invoke(stopTask, { task: id, reason: "enough" });
    expect((await stopped).workloads[0]).toMatchObject({
      revision: 2,
      desiredStatus: "STOPPED",
      stop: { code: "UserInitiated", reason: "enough" },
    });
    await world.report(id, "STOPPED", { times: { stoppedAt: world.clock.now() } });
    expect(await describeOne(id)).toMatchObject({
      lastStatus: "STOPPED",
      desiredStatus: "STOPPED",
      stopCode: "UserInitiated",
      stoppedReason: "enough",
    });
    const whole = () => world.session.desired(testNode.id, undefined, signal);
    await expect.poll(async () => (await whole()).workloads).toEqual([]);
    expect((await whole()).vpcs[0]?.interfaces).toEqual([]);
  });

  it("reaches the waiting node within two milliseconds", async () => {
    await world.register();
    const times: number[] = [];
    let { cursor } = await world.session.desired(testNode.id, undefined, signal);
    for (let index = 0; index < 12; index += 1) {
      const told = world.session.desired(testNode.id, cursor, signal).then((update) => {
        cursor = update.cursor;
        return performance.now();
      });
      await new Promise((resolve) => setTimeout(resolve, 5));
      await world.run();
      const answered = performance.now();
      times.push((await told) - answered);
    }
    times.sort((a, b) => a - b);
    expect(times[6]).toBeLessThan(2);
  });

  it("has the bandwidth of its own tags, else of its definition's, and keeps it", async () => {
    const tag = (name: string, value: string) => ({ key: `fleetless:${name}-bandwidth`, value });
    await world.register({ tags: [tag("ingress", "50M"), tag("egress", "1G")] });
    const id = await world.run({ tags: [tag("egress", "250k")] });
    const { workloads } = await world.session.desired(testNode.id, undefined, signal);
    expect(workloads[0]?.networkInterface.bandwidth).toEqual({ ingress: 50_000_000, egress: 250_000 });
    await expect(world.run({ tags: [tag("egress", "fast")] })).rejects.toThrow(
      /fleetless:egress-bandwidth.*100k to 100G/,
    );
    const { taskArn: resourceArn } = (await describeOne(id)) ?? {};
    const change = world.invoke(tagResource, { resourceArn, tags: [tag("egress", "1M")] });
    await expect(change).rejects.toThrow(/cannot be changed/);
    const removal = world.invoke(untagResource, { resourceArn, tagKeys: [tag("egress", "").key] });
    await expect(removal).rejects.toThrow(/cannot be changed/);
  });

  it("refuses what does not fit with the capacity failure", async () => {
    await world.register({ cpu: "2048", memory: "4096" });
    await world.run();
    await world.run();
    const answer = await world.invoke(runTask, {
      taskDefinition: "web",
      launchType: "FARGATE",
      networkConfiguration: { awsvpcConfiguration: { subnets: [...world.subnets] } },
    });
    expect(answer.tasks).toEqual([]);
    expect(answer.failures?.[0]?.reason).toBe(
      "Capacity is unavailable at this time. Please try again later or in a different availability zone",
    );
  });
});
