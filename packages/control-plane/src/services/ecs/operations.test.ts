import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { tasksService } from "../../compute/service.ts";
import { createEcsService } from "./service.ts";
import { createWorld, type World } from "./testing/world.ts";

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

const arn = (resource: string): string => `arn:aws:ecs:us-east-1:123456789012:${resource}`;

describe("the permissions of ECS's operations", () => {
  it("name the operation's own action and something that it is done to", async () => {
    const { operations } = createEcsService(world.dependencies);
    await world.register();
    const id = await world.run();
    const input = { cluster: "default", task: id, tasks: [id], taskDefinition: "web", family: "web", tags: [] };
    for (const [name, operation] of operations) {
      const permissions = await operation.permissions(input, world.call);
      expect(permissions.map(({ action }) => action)).toContain(`ecs:${name}`);
      for (const { resources } of permissions) expect(resources).not.toEqual([]);
    }
  });

  it("ask for the roles to be passed and the tags to be set when a task is run", async () => {
    const taskRoleArn = await world.createRole("task", tasksService);
    await world.register({ taskRoleArn });
    const runTask = createEcsService(world.dependencies).operations.get("RunTask");
    const permissions = await runTask?.permissions(
      {
        taskDefinition: "web",
        cluster: "default",
        tags: [{ key: "a", value: "b" }],
        overrides: { executionRoleArn: "exec" },
      },
      world.call,
    );
    expect(permissions).toEqual([
      {
        action: "ecs:RunTask",
        resources: [arn("task-definition/web:1")],
        conditionKeys: {
          "ecs:cluster": [arn("cluster/default")],
          "ecs:enable-execute-command": ["false"],
          "aws:RequestTag/a": ["b"],
          "aws:TagKeys": ["a"],
        },
      },
      {
        action: "ecs:TagResource",
        resources: [arn("task/default/*")],
        conditionKeys: { "ecs:CreateAction": ["RunTask"], "aws:RequestTag/a": ["b"], "aws:TagKeys": ["a"] },
      },
      {
        action: "iam:PassRole",
        resources: [taskRoleArn, "arn:aws:iam::123456789012:role/exec"],
        conditionKeys: { "iam:PassedToService": [tasksService] },
      },
    ]);
  });
});
