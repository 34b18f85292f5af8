import type { WorkloadId } from "@fleetless/kernel";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findTaskById, saveTask } from "../repository.ts";
import { createWorld, type World } from "../testing/world.ts";
import { getTaskProtection } from "./get-task-protection.ts";
import { updateTaskProtection } from "./update-task-protection.ts";

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

/** A task as a service would have started it. */
const runForService = async (taskRoleArn?: string): Promise<WorkloadId> => {
  await world.register(taskRoleArn === undefined ? {} : { taskRoleArn });
  const id = await world.run();
  await world.store.transaction(async (transaction) => {
    const task = await findTaskById(transaction, id);
    if (task !== undefined) saveTask(transaction, { ...task, group: "service:web" });
  });
  return id;
};

describe("task protection", () => {
  it("lasts two hours or as long as it is asked for, and ends when it is taken back", async () => {
    const id = await runForService();
    const enable = { cluster: "default", tasks: [id], protectionEnabled: true };
    const { protectedTasks } = await world.invoke(updateTaskProtection, enable);
    const inMinutes = (minutes: number): Date => new Date(world.clock.now() + minutes * 60_000);
    expect(protectedTasks).toMatchObject([{ protectionEnabled: true, expirationDate: inMinutes(120) }]);
    await world.invoke(updateTaskProtection, { ...enable, expiresInMinutes: 1 });
    const get = () => world.invoke(getTaskProtection, { cluster: "default", tasks: [id] });
    expect((await get()).protectedTasks).toMatchObject([{ protectionEnabled: true, expirationDate: inMinutes(1) }]);
    world.clock.advance(60_000);
    expect((await get()).protectedTasks).toEqual([{ taskArn: expect.stringContaining(id), protectionEnabled: false }]);
    await world.invoke(updateTaskProtection, enable);
    await world.invoke(updateTaskProtection, { ...enable, protectionEnabled: false });
    expect((await get()).protectedTasks).toMatchObject([{ protectionEnabled: false }]);
  });

  it("is for tasks of services alone, and within bounds", async () => {
    await world.register();
    const standalone = await world.run();
    const missing = "0".repeat(32);
    const tasks = [standalone, missing];
    const answer = await world.invoke(updateTaskProtection, { cluster: "default", tasks, protectionEnabled: true });
    expect(answer.protectedTasks).toEqual([]);
    expect(answer.failures?.map(({ reason }) => reason)).toEqual(["TASK_NOT_VALID", "MISSING"]);
    for (const wrong of [
      { expiresInMinutes: 0 },
      { expiresInMinutes: 2_881 },
      { protectionEnabled: false, expiresInMinutes: 5 },
      { tasks: [] },
      { tasks: Array<string>(11).fill(missing) },
    ]) {
      const asked = world.invoke(updateTaskProtection, {
        cluster: "default",
        tasks,
        protectionEnabled: true,
        ...wrong,
      });
      await expect(asked).rejects.toMatchObject({ code: "InvalidParameterException" });
    }
  });

  it("is given to the task itself as its own role may", async () => {
    const allow = { Effect: "Allow", Action: "ecs:*TaskProtection", Resource: "*" };
    const policy = { Version: "2012-10-17", Statement: [allow] };
    const may = await runForService(await world.createRole("may", "ecs-tasks.amazonaws.com", policy));
    const change = { protectionEnabled: true, expiresInMinutes: 3 };
    expect(await world.session.taskProtection(may, change)).toMatchObject({
      ok: true,
      value: { protectionEnabled: true, expiresAt: world.clock.now() + 180_000 },
    });
    expect(await world.session.taskProtection(may, undefined)).toMatchObject({
      ok: true,
      value: { protectionEnabled: true },
    });
    const without = await runForService(await world.createRole("may-not", "ecs-tasks.amazonaws.com"));
    expect(await world.session.taskProtection(without, change)).toMatchObject({
      ok: false,
      refusal: { code: "AccessDeniedException", message: expect.stringContaining("ecs:UpdateTaskProtection") },
    });
  });
});
