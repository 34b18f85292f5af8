import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { runCommand } from "../../../packages/node-agent/src/machine/run-command.ts";
import { layerOf, tarOf } from "../../../packages/node-agent/src/runtime/images/build-layout.ts";
import { machinePlatform } from "../../../packages/node-agent/src/runtime/images/manifest.ts";
import { PullPace } from "../../../packages/node-agent/src/runtime/images/pull-pace.ts";
import { busyboxFiles, Machine, signal } from "./machine.ts";
import { Registry } from "./registry.ts";

let machine: Machine;
let registry: Registry;
let base: Buffer;
const { architecture } = machinePlatform();
beforeAll(async () => {
  [machine, registry, base] = await Promise.all([Machine.create(), Registry.start(), tarOf(busyboxFiles)]);
});
beforeEach(() => {
  registry.requests.length = 0;
  registry.access = "anonymous";
});
afterAll(async () => {
  await machine.close();
  await registry.close();
});

const credentials = { username: "user", password: "secret" };
const named = (tag: string): string => `${registry.host}/team/app:${tag}`;
const text = async (content: string): Promise<ReturnType<typeof layerOf>> =>
  layerOf(await tarOf([{ path: "note", content }]), "zstd");
const image = async (tag: string, content: string): Promise<{ readonly digest: string }> =>
  registry.putImage(tag, [layerOf(base), await text(content)], { Cmd: ["/bin/cat", "/note"] }, architecture);

it("pulls layers of gzip and zstd, once for all who ask at the same time, and runs the image", async () => {
  const { digest } = await image("first", "hello from the registry\n");
  const seen: number[] = [];
  const onProgress = ({ bytes, total }: { readonly bytes: number; readonly total: number }): void => {
    seen.push(bytes / total);
  };
  const prepared = await Promise.all(
    [1, 2, 3].map(() => machine.runtime.prepareImage(named("first"), signal, { onProgress })),
  );
  expect(prepared.map((found) => found.digest)).toEqual([digest, digest, digest]);
  expect(registry.requests.filter(({ path }) => path.includes("/blobs/"))).toHaveLength(2); // The base layer is here already.
  expect(Math.max(...seen)).toBe(1);
  expect((await machine.runOne({ image: named("first") })).output).toBe("hello from the registry\n");
});

it("looks a tag up again, but pulls nothing of a digest that it has, and takes a tag that has moved", async () => {
  await image("moving", "one\n");
  const { digest } = await machine.runtime.prepareImage(named("moving"), signal);
  registry.requests.length = 0;
  await machine.runtime.prepareImage(named("moving"), signal);
  expect(registry.requests.map(({ method }) => method)).toEqual(["HEAD"]);
  registry.requests.length = 0;
  await machine.runtime.prepareImage(`${registry.host}/team/app@${digest}`, signal);
  await machine.runtime.prepareImage(`${registry.host}/team/app@${digest}`, signal);
  expect(registry.requests.filter(({ path }) => path.includes("/blobs/sha256:")).length).toBeLessThanOrEqual(1);
  const moved = await image("moving", "two\n");
  expect((await machine.runtime.prepareImage(named("moving"), signal)).digest).toBe(moved.digest);
});

it("chooses this machine's platform from an index, and says when there is none", async () => {
  const mediaType = "application/vnd.oci.image.index.v1+json";
  const mine = await image("mine", "mine\n");
  const other = registry.putImage("other", [layerOf(base)], {}, "s390x");
  const index = (manifests: readonly object[]): object => ({ schemaVersion: 2, mediaType, manifests });
  registry.putManifest(
    "many",
    index([
      { ...other, platform: { os: "linux", architecture: "s390x" } },
      { ...mine, platform: { os: "linux", architecture } },
    ]),
    mediaType,
  );
  registry.putManifest("foreign", index([{ ...other, platform: { os: "linux", architecture: "s390x" } }]), mediaType);
  expect((await machine.runtime.prepareImage(named("many"), signal)).digest).toBe(mine.digest);
  await expect(machine.runtime.prepareImage(named("foreign"), signal)).rejects.toMatchObject({
    name: "CannotPullContainerError",
    message: expect.stringContaining(`matching platform 'linux/${architecture}'`),
  });
});

it.each(["basic", "bearer"] as const)(
  "answers a %s challenge with the task's credentials, and says so when it has none",
  async (access) => {
    await image(access, `${access}\n`);
    registry.access = access;
    await expect(machine.runtime.prepareImage(named(access), signal)).rejects.toMatchObject({
      name: "CannotPullContainerError",
      message: expect.stringMatching(
        /^The task can’t pull the image\. Check that the role has the permissions to pull images from the registry\. ref pull has been retried 1 time\(s\): /,
      ),
    });
    await machine.runtime.prepareImage(named(access), signal, { access: { kind: "elsewhere", credentials } });
  },
);

it("refuses a layer whose content is not what its digest says", async () => {
  const genuine = layerOf(await tarOf([...busyboxFiles, { path: "unique", content: "corrupted" }]));
  registry.putImage("corrupted", [genuine], {}, architecture);
  const spoilt = Buffer.from(genuine.bytes);
  spoilt[20] = (spoilt[20] ?? 0) ^ 0xff;
  const { digest } = registry.putBlob(genuine.bytes);
  registry.putBlob(spoilt, digest);
  await expect(machine.runtime.prepareImage(named("corrupted"), signal)).rejects.toMatchObject({
    name: "CannotPullContainerError",
    message: expect.stringContaining("unexpected commit digest"),
  });
});

it("goes on where a broken connection ended", async () => {
  const large = layerOf(await tarOf([{ path: "large", content: randomBytes(6_000_000) }]), "none");
  registry.putImage("cut", [large], {}, architecture);
  registry.cutAfter = 3_000_000;
  const prepared = await machine.runtime.prepareImage(named("cut"), signal);
  expect(prepared.digest).toMatch(/^sha256:/);
  const ranges = registry.requests.flatMap(({ range }) => range ?? []);
  expect(ranges).toEqual([expect.stringMatching(/^bytes=[1-9]\d+-$/)]);
});

it("leaves nothing half fetched of a pull that an agent, or containerd, did not live to end", async () => {
  const halves = (): readonly string[] =>
    readdirSync(join(machine.directory, "runtime/containerd/io.containerd.content.v1.content/ingest"));
  const address = join(machine.directory, "run/runtime/containerd.sock");
  const leases = async (): Promise<string> =>
    (await runCommand("ctr", ["-a", address, "-n", `fleetless-${machine.instance}`, "leases", "ls", "-q"])).stdout;
  const ends = {
    agent: () => machine.reopen(),
    containerd: async () => void process.kill(Number(readFileSync(address.replace(/sock$/, "pid"))), "SIGKILL"),
  };
  for (const [name, end] of Object.entries(ends)) {
    registry.holdAfter = 1_000_000;
    const large = layerOf(await tarOf([{ path: "large", content: randomBytes(6_000_000) }]), "none");
    registry.putImage(name, [large], {}, architecture);
    const pull = machine.runtime.prepareImage(named(name), signal).catch(() => undefined);
    await expect.poll(halves, { timeout: 10_000 }).toHaveLength(1);
    await end();
    registry.release();
    await pull;
    await expect.poll(leases, { timeout: 30_000 }).toBe("");
    expect(halves()).toEqual([]);
  }
});

it("ends a pull that nobody waits for any more", async () => {
  const stop = new AbortController();
  registry.putImage("abandoned", [layerOf(await tarOf([{ path: "x", content: randomBytes(1000) }]))], {}, architecture);
  const pull = machine.runtime.prepareImage(named("abandoned"), stop.signal);
  stop.abort(new Error("the task was stopped"));
  await expect(pull).rejects.toThrow("the task was stopped");
});

it("rests while a pull that nobody waits for disturbs others, until a task needs the image or a layer of it", async () => {
  const never = (): Promise<void> => new Promise(() => undefined);
  const layer = await text(randomBytes(1_000).toString("hex"));
  const put = async (tag: string, note: string): Promise<unknown> =>
    registry.putImage(tag, [layerOf(base), layer, await text(note)], { Cmd: ["/bin/cat", "/note"] }, architecture);
  await put("ahead", "ahead\n");
  await put("beside", "beside\n");
  const warm = machine.runtime.prepareImage(named("ahead"), signal, { pace: new PullPace(never) });
  let isReady = false;
  void warm.then(() => {
    isReady = true;
  });
  await vi.waitFor(() => expect(registry.requests.some(({ path }) => path.includes("/blobs/"))).toBe(true));
  expect(isReady).toBe(false);
  // Another image has a layer in common with it: that layer is needed now, and with it the rest goes on.
  await machine.runtime.prepareImage(named("beside"), signal);
  expect((await warm).reference).toBe(named("ahead"));

  await image("joined", randomBytes(1_000).toString("hex"));
  const slow = machine.runtime.prepareImage(named("joined"), signal, { pace: new PullPace(never) });
  const { digest } = await machine.runtime.prepareImage(named("joined"), signal);
  expect((await slow).digest).toBe(digest);
});
