import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildImageLayout, layerOf, tarOf } from "../../packages/node-agent/src/runtime/images/build-layout.ts";
import { machinePlatform } from "../../packages/node-agent/src/runtime/images/manifest.ts";
import { Registry } from "../integration/runtime/registry.ts";
import { shell, useInstance } from "./support/use-instance.ts";

const mebibyte = 1024 ** 2;
const fleetless = useInstance("--isolation", "runc");
let registry: Registry;
let directory: string;
beforeAll(async () => {
  registry = await Registry.start();
  directory = mkdtempSync(join(tmpdir(), "fleetless-waits-"));
});
afterAll(async () => {
  await registry.close();
  rmSync(directory, { recursive: true, force: true });
});

const busybox = [
  { path: "bin" },
  { path: "bin/sh", mode: 0o755, sourcePath: "/usr/bin/busybox" },
  { path: "bin/echo", linkTo: "sh" },
];

/** An image with two layers of 6 MiB, of each of which the registry gives two before it waits. */
const slowImage = async (tag: string): Promise<string> => {
  const layer = async (path: string) => layerOf(await tarOf([{ path, content: randomBytes(6 * mebibyte) }]), "none");
  const layers = [layerOf(await tarOf(busybox)), await layer("one"), await layer("two")];
  registry.putImage(tag, layers, { Cmd: ["/bin/echo", "arrived"] }, machinePlatform().architecture);
  registry.holdAfter = 2 * mebibyte;
  return `${registry.host}/team/app:${tag}`;
};

const untilText = async (read: () => Promise<string>, pattern: RegExp): Promise<string> => {
  for (const deadline = Date.now() + 30_000; ; await sleep(100)) {
    const text = await read();
    if (pattern.test(text)) return text;
    if (Date.now() > deadline) throw new Error(`Nothing matches ${pattern}: ${text}`);
  }
};

test("while an image is pulled, run, task show and task timeline tell how much of it is here", async () => {
  const { instance } = fleetless;
  const image = await slowImage("slow");
  const file = join(directory, "slow.json");
  writeFileSync(file, JSON.stringify({ family: "slow", containerDefinitions: [{ name: "main", image }] }));
  const running = spawn(instance.command, ["run", file], { env: instance.environment });
  const said = { out: "", error: "" };
  running.stdout.on("data", (chunk: Buffer) => {
    said.out += chunk.toString();
  });
  running.stderr.on("data", (chunk: Buffer) => {
    said.error += chunk.toString();
  });
  const ended = new Promise<number | null>((resolve) => {
    running.once("close", resolve);
  });
  try {
    const waiting = /main waits for its image \S+team\/app:slow: (\d+\.\d) of 1[23]\.\d MiB/;
    await untilText(async () => said.error, waiting);
    const id = /^Task (\w{32})/.exec(said.error)?.[1] ?? "";
    const half = /: 5\.\d of 1[23]\.\d MiB/;
    const shown = await untilText(async () => (await instance.run("task", "show", id)).stdout, half);
    expect(shown).toMatch(/^status +(PROVISIONING|PENDING)/m);
    expect((await instance.run("task", "timeline", id)).stdout).toMatch(waiting);
    const [wait] = (await instance.json<{ waits: readonly object[] }>("task", "show", id)).waits;
    expect(wait).toMatchObject({ kind: "image", container: "main", image, bytes: expect.any(Number) });
  } finally {
    registry.release();
  }
  expect(await ended).toBe(0);
  expect(said.out).toBe("arrived\n");
});

test("a task that runs waits for nothing, and one whose container waits for another says for which", async () => {
  const { instance, tasks } = fleetless;
  const definition = await tasks.register("waits", [
    {
      name: "slow",
      essential: false,
      stopTimeout: 2,
      ...shell("while [ ! -e /go/on ]; do sleep 0.1; done; mkdir -p /go"),
    },
    { name: "main", ...shell("echo never"), dependsOn: [{ containerName: "slow", condition: "SUCCESS" }] },
  ]);
  const [task] = await tasks.start(definition);
  const id = task?.taskArn?.split("/").at(-1) ?? "";
  await untilText(
    async () => (await instance.run("task", "show", id)).stdout,
    /^waiting +main waits for slow to end successfully$/m,
  );
  expect((await instance.json<{ lastStatus: string }>("task", "show", id)).lastStatus).toBe("PENDING");
  await tasks.stop(id);
  await tasks.until(task?.taskArn ?? "", "STOPPED");
  expect((await instance.run("task", "show", id)).stdout).not.toContain("waits for");
});

test("an import that takes its time tells how much of the image is here", async () => {
  const content = randomBytes(4 * mebibyte);
  const files = Array.from({ length: 40 }, (_file, index) => ({ path: `large-${index}`, content }));
  await buildImageLayout({
    directory,
    reference: "large",
    files: [...busybox, ...files],
    config: {},
    compression: "none",
  });
  const { code, stderr } = await fleetless.instance.run("image", "import", directory);
  expect(code).toBe(0);
  expect(stderr).toMatch(/(\d+\.\d of 16\d\.\d MiB|16\d\.\d MiB are here, unpacking)/);
});
