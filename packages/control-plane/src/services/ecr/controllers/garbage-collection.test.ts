import { existsSync, readdirSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { batchDeleteImage } from "../handlers/batch-delete-image.ts";
import { createRepository } from "../handlers/create-repository.ts";
import { deleteRepository } from "../handlers/delete-repository.ts";
import { createWorld, digestOf, scope, type World } from "../testing/world.ts";
import { collectGarbage } from "./garbage-collection.ts";

const hour = 60 * 60 * 1000;
let world: World;

beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

test("the layers of a deleted image go, those that another image has stay", async () => {
  const first = await world.pushImage("app", "1", ["base", "first"]);
  await world.pushImage("app", "2", ["base", "second"]);
  await world.invoke(batchDeleteImage, { repositoryName: "app", imageIds: [{ imageTag: "1" }] });
  world.clock.advance(2 * hour);
  const collected = await collectGarbage(world.dependencies);
  expect(collected).toEqual({ links: 1, blobs: 2, uploads: 0 });
  expect(["base", "first", "second"].map((text) => world.isOnDisk(text))).toEqual([true, false, true]);
  expect(await world.dependencies.blobs.read(first)).toBeUndefined();
});

test("a layer whose manifest has not come yet is kept for an hour", async () => {
  await world.pushLayer("app", "waiting");
  world.clock.advance(hour / 2);
  await collectGarbage(world.dependencies);
  expect(world.isOnDisk("waiting")).toBe(true);
  world.clock.advance(hour);
  await collectGarbage(world.dependencies);
  expect(world.isOnDisk("waiting")).toBe(false);
});

test("a layer goes with the last repository that has it", async () => {
  await world.invoke(createRepository, { repositoryName: "other" });
  await world.pushImage("app", "1", ["shared"]);
  await world.pushImage("other", "1", ["shared"]);
  await world.invoke(deleteRepository, { repositoryName: "app", force: true });
  await collectGarbage(world.dependencies);
  expect(world.isOnDisk("shared")).toBe(true);
  await world.invoke(deleteRepository, { repositoryName: "other", force: true });
  await collectGarbage(world.dependencies);
  expect(world.isOnDisk("shared")).toBe(false);
});

test("an upload that is under way is left alone, an abandoned one goes", async () => {
  const { uploads, blobs } = world.dependencies;
  const abandoned = await uploads.start(scope, "app");
  const active = await uploads.start(scope, "app");
  const gate = Promise.withResolvers<void>();
  const slow = async function* (): AsyncIterable<Uint8Array> {
    yield Buffer.from("slow ");
    await gate.promise;
    yield Buffer.from("push");
  };
  const place = { scope, repositoryName: "app", uploadId: active };
  const appending = uploads.append(place, slow(), 0);
  await expect.poll(() => uploads.received(place)).toBe(5);
  await uploads.received({ ...place, uploadId: abandoned });
  world.clock.advance(25 * hour);
  expect((await collectGarbage(world.dependencies)).uploads).toBe(1);
  expect(existsSync(blobs.stagingPath(abandoned))).toBe(false);
  gate.resolve();
  await appending;
  await uploads.finish(place, digestOf("slow push"));
  expect(world.isOnDisk("slow push")).toBe(true);
});

test("a file that no upload claims goes", async () => {
  const { uploads, blobs } = world.dependencies;
  const id = await uploads.start(scope, "app");
  await uploads.received({ scope, repositoryName: "app", uploadId: id });
  await world.invoke(deleteRepository, { repositoryName: "app" });
  world.clock.advance(25 * hour);
  await collectGarbage(world.dependencies);
  expect(readdirSync(blobs.stagingDirectory)).toEqual([]);
});

test("nothing that is pushed while blobs are collected is ever lost", async () => {
  const pushes = Array.from({ length: 20 }, async (_, number) => {
    await world.pushImage("app", `tag-${number}`, [`own ${number}`, "base"]);
  });
  let isOver = false;
  const all = Promise.all(pushes).finally(() => {
    isOver = true;
  });
  while (!isOver) await collectGarbage(world.dependencies, { unnamedFor: 1, abandonedAfter: hour });
  await all;
  await collectGarbage(world.dependencies, { unnamedFor: 1, abandonedAfter: hour });
  expect(Array.from({ length: 20 }, (_, number) => world.isOnDisk(`own ${number}`))).not.toContain(false);
});
