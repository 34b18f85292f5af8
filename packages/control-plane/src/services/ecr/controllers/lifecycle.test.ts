import { afterEach, beforeEach, expect, test } from "vitest";
import { putLifecyclePolicy } from "../handlers/put-lifecycle-policy.ts";
import { listImages } from "../images/list-images.ts";
import { createWorld, scope, type World } from "../testing/world.ts";
import { applyLifecyclePolicy } from "./lifecycle.ts";

const minute = 60_000;
const day = 24 * 60 * minute;
const key = `${scope.accountId}/${scope.region}/app`;
let world: World;

beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

const follow = async (...selections: readonly object[]): Promise<void> => {
  const rules = selections.map((selection, position) => ({
    rulePriority: position + 1,
    selection,
    action: { type: "expire" },
  }));
  const lifecyclePolicyText = JSON.stringify({ rules });
  await world.invoke(putLifecyclePolicy, { repositoryName: "app", lifecyclePolicyText });
};

const left = async (): Promise<readonly string[]> => {
  const images = await world.dependencies.store.read((transaction) => listImages(transaction, key));
  return images.map(({ tags }) => tags.join("+")).toSorted();
};

test("images expire on the day that their policy says, and not before", async () => {
  await follow({ tagStatus: "any", countType: "sinceImagePushed", countUnit: "days", countNumber: 2 });
  await world.pushImage("app", "old", ["old"]);
  world.clock.advance(day);
  await world.pushImage("app", "new", ["new"]);
  await applyLifecyclePolicy(world.dependencies, key);
  expect(await left()).toEqual(["new", "old"]);
  world.clock.advance(day);
  await applyLifecyclePolicy(world.dependencies, key);
  expect(await left()).toEqual(["new"]);
});

test("a manifest without a tag waits a while for the index that may name it", async () => {
  await follow({ tagStatus: "untagged", countType: "imageCountMoreThan", countNumber: 1 });
  for (const layer of ["one", "two"]) await world.pushImage("app", undefined, [layer]);
  const result = await applyLifecyclePolicy(world.dependencies, key);
  expect(result).toEqual({ kind: "again", afterMilliseconds: 15 * minute });
  expect(await left()).toEqual(["", ""]);
  world.clock.advance(15 * minute);
  await applyLifecyclePolicy(world.dependencies, key);
  expect(await left()).toEqual([""]);
});

test("a repository without a policy keeps everything", async () => {
  await world.pushImage("app", "1", ["kept"]);
  world.clock.advance(1_000 * day);
  expect(await applyLifecyclePolicy(world.dependencies, key)).toEqual({ kind: "done" });
  expect(await left()).toEqual(["1"]);
});
