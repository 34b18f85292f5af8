import { setTimeout as sleep } from "node:timers/promises";
import { CreateRepositoryCommand, ECRClient } from "@aws-sdk/client-ecr";
import { TagResourceCommand, UntagResourceCommand } from "@aws-sdk/client-ecs";
import { PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { afterAll, beforeAll, expect, test } from "vitest";
import { withBusyboxImage } from "../../scripts/quickstart/busybox-image.ts";
import { createInstance, type FleetlessInstance } from "./support/instance.ts";
import { loggedInSkopeo, registryOf, type Skopeo } from "./support/push-image.ts";
import { Tasks } from "./support/tasks.ts";

interface Kept {
  readonly reference: string;
  readonly state: string;
  readonly digest?: string;
  readonly bytes: number;
  readonly error?: string;
}

let instance: FleetlessInstance;
let tasks: Tasks;
let skopeo: Skopeo;
const cluster = "arn:aws:ecs:us-east-1:123456789012:cluster/default";

const imageOf = (tag: string): string => `123456789012.dkr.ecr.us-east-1.amazonaws.com/team/web:${tag}`;
const container = (tag: string) => ({
  name: "main",
  image: imageOf(tag),
  command: ["sh", "-c", "head -c 16 /www/index.html"],
});

/** Pushes an image with a layer that no other has. */
const push = (tag: string, page: string): Promise<string> =>
  withBusyboxImage("busybox:1", page.padEnd(4_096, "."), (layout) =>
    skopeo.run("copy", "--dest-tls-verify=false", `oci:${layout}`, `docker://${registryOf(instance)}/team/web:${tag}`),
  );

const setTags = (tags: Readonly<Record<string, string>>) =>
  tasks.ecs.send(
    new TagResourceCommand({
      resourceArn: cluster,
      tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
    }),
  );

const kept = async (): Promise<readonly Kept[]> =>
  (await instance.json<{ images: readonly Kept[] }>("image", "warm")).images;

/** Waits until an image that clusters keep ready is as it should be. */
const untilKept = async (tag: string, isReached: (image: Kept) => boolean): Promise<Kept> => {
  for (const deadline = Date.now() + 30_000; ; await sleep(100)) {
    const images = await kept();
    const found = images.find(({ reference }) => reference === imageOf(tag));
    if (found !== undefined && isReached(found)) return found;
    if (Date.now() > deadline) throw new Error(`${tag} is not so: ${JSON.stringify(images)}`);
  }
};

const isReady = ({ state }: Kept): boolean => state === "ready";

/** What a task had to fetch of its image, in bytes, and what it said. */
const firstTask = async (family: string, definition: string) => {
  const [started] = await tasks.start(definition);
  const task = await tasks.until(started?.taskArn ?? "", "STOPPED");
  expect(task.containers?.[0]?.exitCode, `${family}: ${task.stoppedReason}`).toBe(0);
  const steps = await instance.json<{ name: string; bytes?: number }[]>("task", "timeline", task.taskArn ?? "");
  return {
    fetched: steps.find(({ name }) => name === "prepare image")?.bytes,
    digest: task.containers?.[0]?.imageDigest,
    lines: await tasks.lines(task),
  };
};

beforeAll(async () => {
  instance = await createInstance();
  await instance.up();
  tasks = new Tasks(instance);
  await tasks.prepare();
  await new ECRClient(instance.clientSettings).send(new CreateRepositoryCommand({ repositoryName: "team/web" }));
  skopeo = await loggedInSkopeo(instance);
});

afterAll(async () => {
  await skopeo.close();
  await instance.purge();
});

test("without the cluster's tag nothing is fetched ahead of use", async () => {
  await push("1", "first");
  const definition = await tasks.register("web", [container("1")]);
  expect((await firstTask("web", definition)).fetched).toBeGreaterThan(0);
  expect(await kept()).toEqual([]);
  expect((await instance.run("image", "warm")).stdout).toContain("No cluster has the tag");
});

test("a cluster's new revision is ready on the node before its first task, which fetches nothing", async () => {
  await setTags({ "fleetless:image-warming": "enabled" });
  await push("2", "second");
  const definition = await tasks.register("web", [container("2")]);
  const warmed = await untilKept("2", isReady);
  expect(warmed.bytes).toBeGreaterThan(0);
  const { fetched, lines, digest } = await firstTask("web", definition);
  expect({ fetched, lines }).toEqual({ fetched: 0, lines: ["second.........."] });
  expect(digest).toMatch(/^sha256:/);
  // What its tasks were last launched from stays ready beside the newest revision.
  expect((await kept()).map(({ reference, state }) => [reference, state])).toContainEqual([imageOf("2"), "ready"]);
});

test("a tag that is pushed anew is fetched anew, ahead of the next task", async () => {
  const before = await untilKept("2", isReady);
  await push("2", "moved");
  await untilKept("2", (image) => isReady(image) && image.digest !== before.digest);
  const { fetched, lines } = await firstTask("web", "web");
  expect({ fetched, lines }).toEqual({ fetched: 0, lines: ["moved..........."] });
});

test("a family that never ran is made ready where the cluster names it, under the execution role alone", async () => {
  await push("3", "third");
  const executionRoleArn = await tasks.createRole("shy");
  const allow = async (...Action: readonly string[]): Promise<unknown> =>
    tasks.iam.send(
      new PutRolePolicyCommand({
        RoleName: "shy",
        PolicyName: "pull",
        PolicyDocument: JSON.stringify({
          Version: "2012-10-17",
          Statement: [{ Effect: "Allow", Action, Resource: "*" }],
        }),
      }),
    );
  await allow("logs:*");
  const definition = await tasks.register("batch", [container("3")], { executionRoleArn });
  await setTags({ "fleetless:warm-families": "batch none" });
  const refused = await untilKept("3", ({ state }) => state === "failed");
  expect(refused.error).toMatch(/^ResourceInitializationError: .*assumed-role\/shy\/image-warming is not authorized/);
  await allow("logs:*", "ecr:*");
  // A failure is tried again later and later; what changes about the image makes it due at once.
  await push("3", "mended");
  await untilKept("3", isReady);
  const { fetched, lines } = await firstTask("batch", definition);
  expect({ fetched, lines }).toEqual({ fetched: 0, lines: ["mended.........."] });
});

test("the tags are checked, and without them nothing is kept ready any more", async () => {
  await expect(setTags({ "fleetless:image-warming": "yes" })).rejects.toThrow("it must be enabled or disabled");
  await expect(setTags({ "fleetless:warm-families": "a/b" })).rejects.toThrow("is not the name of a family");
  const tagKeys = ["fleetless:image-warming", "fleetless:warm-families"];
  await tasks.ecs.send(new UntagResourceCommand({ resourceArn: cluster, tagKeys }));
  for (const deadline = Date.now() + 20_000; (await kept()).length > 0 && Date.now() < deadline; ) await sleep(100);
  expect(await kept()).toEqual([]);
});
