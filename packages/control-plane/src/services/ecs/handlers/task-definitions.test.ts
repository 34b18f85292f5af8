import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { stoppedTaskRetention } from "../controllers/task-step.ts";
import { acceptedDefinition } from "../testing/definitions.ts";
import { createWorld, type World } from "../testing/world.ts";
import { deleteTaskDefinitions } from "./delete-task-definitions.ts";
import { deregisterTaskDefinition } from "./deregister-task-definition.ts";
import { describeTaskDefinition } from "./describe-task-definition.ts";
import { listTaskDefinitionFamilies } from "./list-task-definition-families.ts";
import { listTaskDefinitions } from "./list-task-definitions.ts";
import { registerTaskDefinition } from "./register-task-definition.ts";

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

const name = (arn: string): string => arn.slice(arn.lastIndexOf("/") + 1);
const describeOne = async (taskDefinition: string) =>
  (await world.invoke(describeTaskDefinition, { taskDefinition })).taskDefinition;

describe("task definitions", () => {
  it("are described as they were registered, whatever was accepted", async () => {
    await fc.assert(
      fc.asyncProperty(acceptedDefinition, async (definition) => {
        const registered = await world.invoke(registerTaskDefinition, definition);
        const arn = registered.taskDefinition?.taskDefinitionArn ?? "";
        const described = await world.invoke(describeTaskDefinition, { taskDefinition: arn, include: ["TAGS"] });
        expect(described.taskDefinition).toEqual(registered.taskDefinition);
        expect(described.tags).toEqual(definition.tags ?? []);
        const given = definition.containerDefinitions ?? [];
        expect(described.taskDefinition?.containerDefinitions).toMatchObject(given);
      }),
      { numRuns: 50 },
    );
  });

  it("are found by family, by revision and by ARN, and count up for ever", async () => {
    const first = await world.register();
    const second = await world.register();
    expect([name(first), name(second)]).toEqual(["web:1", "web:2"]);
    expect((await describeOne("web"))?.revision).toBe(2);
    expect((await describeOne("web:1"))?.revision).toBe(1);
    expect((await describeOne(first))?.taskDefinitionArn).toBe(first);
    await expect(describeOne("web:3")).rejects.toThrow("Unable to describe task definition.");
    await expect(describeOne("no such thing")).rejects.toMatchObject({ code: "ClientException" });
  });

  it("fall back to the newest active revision when one is deregistered", async () => {
    await world.register();
    await world.register();
    const answer = await world.invoke(deregisterTaskDefinition, { taskDefinition: "web:2" });
    expect(answer.taskDefinition).toMatchObject({ status: "INACTIVE", revision: 2 });
    expect((await describeOne("web"))?.revision).toBe(1);
    expect((await describeOne("web:2"))?.status).toBe("INACTIVE");
    await expect(world.run({ taskDefinition: "web:2" })).rejects.toThrow("TaskDefinition is inactive");
    expect(name(await world.register())).toBe("web:3");
  });

  it("are listed by family, status and order, page by page", async () => {
    for (let index = 0; index < 11; index += 1) await world.register();
    await world.register({ family: "web-two" });
    await world.invoke(deregisterTaskDefinition, { taskDefinition: "web:3" });
    const seen: string[] = [];
    let nextToken: string | undefined;
    do {
      const page = await world.invoke(listTaskDefinitions, {
        familyPrefix: "web",
        sort: "DESC",
        maxResults: 4,
        nextToken,
      });
      seen.push(...(page.taskDefinitionArns ?? []).map(name));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    expect(seen).toEqual([11, 10, 9, 8, 7, 6, 5, 4, 2, 1].map((revision) => `web:${revision}`));
    const inactive = await world.invoke(listTaskDefinitions, { status: "INACTIVE" });
    expect(inactive.taskDefinitionArns?.map(name)).toEqual(["web:3"]);
    expect((await world.invoke(listTaskDefinitionFamilies, { familyPrefix: "web" })).families).toEqual([
      "web",
      "web-two",
    ]);
    await world.invoke(deregisterTaskDefinition, { taskDefinition: "web-two:1" });
    expect((await world.invoke(listTaskDefinitionFamilies, { status: "ACTIVE" })).families).toEqual(["web"]);
    expect((await world.invoke(listTaskDefinitionFamilies, { status: "INACTIVE" })).families).toEqual(["web-two"]);
  });

  it("are deleted once they are inactive and no task runs from them", async () => {
    const arn = await world.register();
    const id = await world.run();
    const early = await world.invoke(deleteTaskDefinitions, { taskDefinitions: [arn, "ghost:1"] });
    expect(early.failures?.map(({ reason }) => reason)).toEqual([
      expect.stringContaining("still in ACTIVE status"),
      expect.stringContaining("does not exist"),
    ]);
    await world.invoke(deregisterTaskDefinition, { taskDefinition: arn });
    const answer = await world.invoke(deleteTaskDefinitions, { taskDefinitions: [arn] });
    expect(answer.taskDefinitions?.[0]?.status).toBe("DELETE_IN_PROGRESS");
    expect((await describeOne(arn))?.status).toBe("DELETE_IN_PROGRESS");
    await world.report(id, "STOPPED");
    await expect
      .poll(async () => {
        world.clock.advance(stoppedTaskRetention);
        return describeOne(arn).catch((error: Error) => error.message);
      })
      .toBe("Unable to describe task definition.");
  });
});
