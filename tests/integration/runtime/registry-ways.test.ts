import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { DialError } from "../../../packages/node-agent/src/network/namespace-dialer.ts";
import type { Dial, RegistryWay } from "../../../packages/node-agent/src/runtime/contract.ts";
import { layerOf, tarOf } from "../../../packages/node-agent/src/runtime/images/build-layout.ts";
import { machinePlatform } from "../../../packages/node-agent/src/runtime/images/manifest.ts";
import { Machine, signal } from "./machine.ts";
import { Registry } from "./registry.ts";

/** A name that only ways lead to. */
const host = "registry.elsewhere:5000";
const named = (tag: string): string => `${host}/team/app:${tag}`;
let machine: Machine;
let registry: Registry;
let other: Registry;
beforeAll(async () => {
  const registryLimits = { answerMilliseconds: 1_500, stallMilliseconds: 1_000 };
  const settings = { insecureRegistries: [host], registryLimits };
  [machine, registry, other] = await Promise.all([Machine.create({}, settings), Registry.start(), Registry.start()]);
});
beforeEach(() => {
  registry.requests.length = 0;
  other.requests.length = 0;
});
afterAll(async () => {
  await machine.close();
  await Promise.all([registry.close(), other.close()]);
});

/** A way that leads to the registry, and what was asked for and connected by it. */
const wayTo = (target: Pick<Registry, "host">, network?: string) => {
  const sockets: Socket[] = [];
  const asked: string[] = [];
  const dial: Dial = async (destination) => {
    asked.push(`${destination.host}:${destination.port}`);
    const socket = connect({ host: "127.0.0.1", port: Number(target.host.split(":")[1]) });
    sockets.push(socket);
    await new Promise((resolve) => socket.once("connect", resolve));
    return socket;
  };
  const way = async (): Promise<RegistryWay> => ({ dial, ...(network === undefined ? {} : { network }) });
  return { way, sockets, asked };
};

const put = async (target: Registry, tag: string, bytes = 1_000): Promise<string> => {
  const layers = [layerOf(await tarOf([{ path: "large", content: randomBytes(bytes) }]), "none")];
  return target.putImage(tag, layers, {}, machinePlatform().architecture).digest;
};

it("pulls by the way of whoever wants the image, and leaves no connection of it open", async () => {
  const digest = await put(registry, "once");
  const { way, sockets, asked } = wayTo(registry);
  expect((await machine.runtime.prepareImage(named("once"), signal, { way })).digest).toBe(digest);
  expect(new Set(asked)).toEqual(new Set([host]));
  expect(sockets.length).toBeGreaterThan(0);
  expect(sockets.every(({ destroyed }) => destroyed)).toBe(true);
  await expect(
    machine.runtime.prepareImage(named("once"), signal, { way: async () => undefined }),
  ).resolves.toBeDefined();
});

it("words a connection that does not come about as ECS does", async () => {
  const dial: Dial = async () => {
    throw new DialError("dial tcp 203.0.113.9:5000: i/o timeout: subnet-1 has no route", "203.0.113.9");
  };
  await expect(
    machine.runtime.prepareImage(named("nowhere"), signal, { way: async () => ({ dial }) }),
  ).rejects.toMatchObject({
    name: "CannotPullContainerError",
    message: `The task can’t pull the image. Check your network configuration. ref pull has been retried 1 time(s): failed to resolve ref ${named("nowhere")}: failed to do request: Head "http://${host}/v2/team/app/manifests/nowhere": dial tcp 203.0.113.9:5000: i/o timeout: subnet-1 has no route`,
  });
});

it("shares one pull by the first way, and then by the next one's where that fails by the network", async () => {
  const digest = await put(registry, "shared");
  let fail = (): void => undefined;
  const failing = new Promise<never>((_, reject) => {
    fail = () => reject(new DialError("dial tcp: i/o timeout", undefined));
  });
  failing.catch(() => undefined);
  let isAsked = false;
  const dial: Dial = () => {
    isAsked = true;
    return failing;
  };
  const first = machine.runtime.prepareImage(named("shared"), signal, { way: async () => ({ dial }) });
  await expect.poll(() => isAsked).toBe(true);
  const [second, third] = [wayTo(registry), wayTo(registry)];
  const others = [second, third].map(({ way }) => machine.runtime.prepareImage(named("shared"), signal, { way }));
  await new Promise((wake) => setTimeout(wake, 100));
  expect(second.asked.length + third.asked.length).toBe(0);
  fail();
  await expect(first).rejects.toThrow("i/o timeout");
  expect((await Promise.all(others)).map((image) => image.digest)).toEqual([digest, digest]);
  // One of the two took over, for both.
  expect([second, third].filter(({ asked }) => asked.length > 0)).toHaveLength(1);
});

it("ends the connections of a task that is gone at once, and the next one pulls by its own", async () => {
  const digest = await put(registry, "handed-over", 6_000_000);
  registry.holdAfter = 2_000_000;
  const stop = new AbortController();
  const [first, second] = [wayTo(registry), wayTo(registry)];
  const gone = machine.runtime.prepareImage(named("handed-over"), stop.signal, { way: first.way });
  await expect.poll(() => registry.requests.filter(({ path }) => path.includes("/blobs/")).length).toBe(2);
  const goesOn = machine.runtime.prepareImage(named("handed-over"), signal, { way: second.way });
  await new Promise((wake) => setTimeout(wake, 100));
  expect(second.asked).toEqual([]);
  stop.abort(new Error("the task was stopped"));
  await expect(gone).rejects.toThrow("the task was stopped");
  await expect.poll(() => first.sockets.every(({ destroyed }) => destroyed)).toBe(true);
  registry.release();
  expect((await goesOn).digest).toBe(digest);
  expect(second.asked.length).toBeGreaterThan(0);
});

it("ends a pull by the time limit where nothing comes any more, before the first answer or in the midst of a layer", async () => {
  await put(registry, "silent");
  const prepare = (way: () => Promise<RegistryWay>) => machine.runtime.prepareImage(named("silent"), signal, { way });
  const silent = createServer().listen(0, "127.0.0.1");
  await once(silent, "listening");
  const nobody = wayTo({ host: `127.0.0.1:${(silent.address() as AddressInfo).port}` });
  await expect(prepare(nobody.way)).rejects.toMatchObject({
    message: expect.stringMatching(/failed to do request: Head "[^"]+": i\/o timeout$/),
  });
  expect(nobody.sockets.map(({ destroyed }) => destroyed)).toEqual([true, true]);
  silent.close();
  registry.holdAfter = 1;
  const { way, sockets } = wayTo(registry);
  await expect(prepare(way)).rejects.toMatchObject({
    name: "CannotPullContainerError",
    message: expect.stringMatching(
      /^The task can’t pull the image\. Check your network configuration\. ref pull has been retried 1 time\(s\): failed to copy: i\/o timeout$/,
    ),
  });
  registry.release();
  expect(sockets.every(({ destroyed }) => destroyed)).toBe(true);
});

it("keeps apart what two networks know by one name", async () => {
  const [here, there] = [await put(registry, "same"), await put(other, "same")];
  const pull = (target: Registry, network: string) =>
    machine.runtime.prepareImage(named("same"), signal, { way: wayTo(target, network).way });
  const images = await Promise.all([pull(registry, "vpc-1"), pull(other, "vpc-2")]);
  expect(images.map(({ digest }) => digest)).toEqual([here, there]);
  expect(new Set(images.map(({ reference }) => reference)).size).toBe(2);
  const again = await Promise.all([pull(registry, "vpc-1"), pull(other, "vpc-2")]);
  expect(again.map(({ digest }) => digest)).toEqual([here, there]);
});
