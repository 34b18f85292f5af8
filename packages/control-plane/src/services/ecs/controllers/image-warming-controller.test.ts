import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { tasksService } from "../../../compute/service.ts";
import { deregisterTaskDefinition } from "../handlers/deregister-task-definition.ts";
import { tagResource } from "../handlers/tag-resource.ts";
import { untagResource } from "../handlers/untag-resource.ts";
import { clusterArn } from "../identifiers.ts";
import { useRetention } from "../image-warming/plan.ts";
import { createWorld, testNode, type World } from "../testing/world.ts";

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

const signal = new AbortController().signal;
const tag = (key: string, value: string) =>
  world.invoke(tagResource, { resourceArn: clusterArn(world.call, "default"), tags: [{ key, value }] });
const register = (image: string) => world.register({ containerDefinitions: [{ name: "app", image }] });

/** Moves time on until the node's list is as expected. */
const untilWarm = async (...expected: readonly string[]): Promise<void> => {
  let references: readonly string[] = [];
  for (let turn = 0; turn < 200; turn += 1) {
    world.clock.advance(500);
    await new Promise((resolve) => setTimeout(resolve, 5));
    references = (await world.session.warmImages(testNode.id, undefined, signal)).images.map((each) => each.reference);
    if (JSON.stringify(references) === JSON.stringify(expected)) return;
  }
  expect(references).toEqual(expected);
};

describe("image warming", () => {
  it("keeps the newest revision of what ran in the cluster ready, and what ran last", async () => {
    await register("app:1");
    await world.run();
    await untilWarm();
    await tag("fleetless:image-warming", "enabled");
    await untilWarm("app:1");
    const newest = await register("app:2");
    await untilWarm("app:2", "app:1");
    await world.run();
    await untilWarm("app:2");
    await world.invoke(deregisterTaskDefinition, { taskDefinition: newest });
    await untilWarm("app:1");
  });

  it("makes a family ready that never ran where the cluster names it, until it does no more", async () => {
    await register("app:1");
    await tag("fleetless:warm-families", "web");
    await untilWarm("app:1");
    const resourceArn = clusterArn(world.call, "default");
    await world.invoke(untagResource, { resourceArn, tagKeys: ["fleetless:warm-families"] });
    await untilWarm();
  });

  it("forgets a family that has not run for long", async () => {
    await register("app:1");
    await world.run();
    await tag("fleetless:image-warming", "enabled");
    await untilWarm("app:1");
    world.clock.advance(useRetention);
    await world.session.heartbeat(testNode.id);
    await untilWarm();
  });

  it("tells a waiting node of a change, and answers the same list when it has waited long enough", async () => {
    await register("app:1");
    const { version } = await world.session.warmImages(testNode.id, undefined, signal);
    const waiting = world.session.warmImages(testNode.id, version, signal);
    await tag("fleetless:warm-families", "web");
    for (let turn = 0; turn < 50; turn += 1) {
      world.clock.advance(500);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect((await waiting).version).toBeTypeOf("string");
    const { images } = await world.session.warmImages(testNode.id, version, signal);
    expect(images.map(({ reference }) => reference)).toEqual(["app:1"]);
  });

  it("gives images of our own registry to the execution role only, in ECS's words", async () => {
    const executionRoleArn = await world.createRole("execution", tasksService, {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "logs:*", Resource: "*" }],
    });
    const image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/web:1";
    await world.register({ executionRoleArn, containerDefinitions: [{ name: "app", image }] });
    await tag("fleetless:warm-families", "web");
    await untilWarm(image);
    const { images } = await world.session.warmImages(testNode.id, undefined, signal);
    const refused = await world.session.warmImageAccess(images[0]?.id ?? "");
    expect(refused).toMatchObject({ ok: false, refusal: { code: "ResourceInitializationError" } });
    expect(JSON.stringify(refused)).toContain("assumed-role/execution/image-warming is not authorized");
    expect(await world.session.warmImageAccess("0".repeat(32))).toMatchObject({
      ok: false,
      refusal: { message: "The image is not wanted any more." },
    });
  });
});
