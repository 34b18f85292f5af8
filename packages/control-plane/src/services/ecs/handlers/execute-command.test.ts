import { vpcId } from "@fleetless/kernel";
import { afterEach, beforeEach, expect, it } from "vitest";
import { findTaskById, saveTask } from "../repository.ts";
import { createWorld, type World } from "../testing/world.ts";
import { executeCommand } from "./execute-command.ts";

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

it("tells in its own words of a task that is over and whose VPC is gone", async () => {
  await world.register();
  const task = await world.run();
  await world.report(task, "RUNNING");
  await world.report(task, "STOPPED");
  await world.store.transaction(async (transaction) => {
    const record = await findTaskById(transaction, task);
    if (record === undefined) return;
    const networkInterface = { ...record.networkInterface, vpcId: vpcId("vpc-0123456789abcdef0") };
    saveTask(transaction, { ...record, networkInterface });
  });
  await expect(
    world.invoke(executeCommand, { task, command: "true", interactive: true, container: undefined }),
  ).rejects.toMatchObject({
    code: "InvalidParameterException",
    message: expect.stringMatching(/^The execute command failed because execute command was not enabled/),
  });
});
