import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CutConnections } from "../../../packages/node-agent/src/network/cut-connections.ts";
import { listFlows } from "../../../packages/node-agent/src/network/tracked-connections.ts";

const namespace = `fl-test-cut-${randomBytes(4).toString("hex")}`;
const sides = ["a", "b"].map((side) => `${namespace}-${side}`);

/** Two more namespaces, on either side of this one, which passes on what comes. */
const connectSides = (): void => {
  const within = ["netns", "exec", namespace];
  for (const [index, side] of sides.entries()) {
    const router = `10.0.${index + 1}.1`;
    execFileSync("ip", ["netns", "add", side]);
    execFileSync("ip", ["-n", namespace, "link", "add", `side${index}`, "type", "veth", "peer", "eth0", "netns", side]);
    execFileSync("ip", ["-n", namespace, "addr", "add", `${router}/24`, "dev", `side${index}`]);
    execFileSync("ip", ["-n", namespace, "link", "set", `side${index}`, "up"]);
    execFileSync("ip", ["-n", side, "addr", "add", `10.0.${index + 1}.9/24`, "dev", "eth0"]);
    execFileSync("ip", ["-n", side, "link", "set", "eth0", "up"]);
    execFileSync("ip", ["-n", side, "route", "add", "default", "via", router]);
  }
  execFileSync("ip", [...within, "sysctl", "-qw", "net.ipv4.ip_forward=1"]);
  const rules = [
    "add table inet watch",
    "add chain inet watch forwarded { type filter hook forward priority 0; }",
    "add rule inet watch forwarded ct state established accept",
  ];
  execFileSync("ip", [...within, "nft", "-f", "-"], { input: `${rules.join("\n")}\n` });
};

beforeAll(() => {
  execFileSync("ip", ["netns", "add", namespace]);
  connectSides();
});

afterAll(() => {
  for (const each of [namespace, ...sides]) execFileSync("ip", ["netns", "del", each]);
});

const isCutting = (): boolean =>
  execFileSync("ip", ["netns", "exec", namespace, "nft", "list", "tables"], { encoding: "utf8" }).includes(
    "cut-connections",
  );

test("no packet passes of a connection that is cut, and the next one is let through once it is not", async () => {
  const [client = ""] = sides;
  const ping = spawn("ip", ["netns", "exec", client, "busybox", "ping", "-i", "0.1", "10.0.2.9"]);
  let replies = 0;
  ping.stdout.on("data", (text: Buffer) => {
    replies += text.toString().match(/bytes from/g)?.length ?? 0;
  });
  const untilReplies = async (more: number): Promise<void> => {
    for (const wanted = replies + more; replies < wanted; ) await sleep(20);
  };
  try {
    await untilReplies(3);
    const flow = (await listFlows(namespace, false)).find(({ original }) => original.destination === "10.0.2.9");
    const cut = new CutConnections(namespace);
    await cut.add([flow?.id ?? 0, 77]);
    // What is on its way.
    await sleep(100);
    const before = replies;
    await sleep(600);
    expect(replies).toBe(before);
    await cut.delete([flow?.id ?? 0]);
    expect(isCutting()).toBe(true);
    await untilReplies(3);
    await cut.delete([77]);
    expect(isCutting()).toBe(false);
    await untilReplies(3);
  } finally {
    ping.kill();
  }
});

test("those that stay cut are so again where somebody took the table away", async () => {
  const cut = new CutConnections(namespace);
  await cut.add([1, 2, 3]);
  execFileSync("ip", ["netns", "exec", namespace, "nft", "delete", "table", "inet", "cut-connections"]);
  await cut.delete([1]);
  const set = ["list", "set", "inet", "cut-connections", "connections"];
  expect(execFileSync("ip", ["netns", "exec", namespace, "nft", ...set], { encoding: "utf8" })).toContain(
    "elements = { 2, 3 }",
  );
  expect(cut.all()).toEqual([2, 3]);
  await cut.delete([2, 3]);
  expect(isCutting()).toBe(false);
});
