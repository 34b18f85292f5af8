import type { RunTaskRequest } from "@aws-sdk/client-ecs";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createWorld, type World } from "../testing/world.ts";
import { listTasks } from "./list-tasks.ts";
import { runTask } from "./run-task.ts";

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

describe("ListTasks", () => {
  it("visits every task that matches once, whatever the size of the pages", async () => {
    await world.register();
    await world.register({ family: "batch" });
    const web = await world.invoke(runTask, request({ count: 7, startedBy: "me" }));
    await world.invoke(runTask, request({ count: 5, taskDefinition: "batch" }));
    const expected = (web.tasks ?? []).map(({ taskArn }) => taskArn).sort();
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 8 }),
        fc.constantFrom({ family: "web" }, { startedBy: "me" }),
        async (maxResults, filter) => {
          const seen: string[] = [];
          let nextToken: string | undefined;
          do {
            const page = await world.invoke(listTasks, { ...filter, maxResults, nextToken });
            seen.push(...(page.taskArns ?? []));
            nextToken = page.nextToken;
          } while (nextToken !== undefined);
          expect(seen.toSorted()).toEqual(expected);
        },
      ),
      { numRuns: 16 },
    );
    await expect(world.invoke(listTasks, { nextToken: "bm9uc2Vuc2U" })).rejects.toThrow("Invalid token.");
  });
});
