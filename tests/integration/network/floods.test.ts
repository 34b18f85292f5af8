import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { interfaceAllowances } from "@fleetless/engine";
import { expect, it } from "vitest";
import { networkNames } from "../../../packages/node-agent/src/network/names.ts";
import { openSockets } from "../../../packages/node-agent/src/network/vpc-sockets.ts";
import {
  type AttachedTask,
  allTraffic,
  connectFrom,
  execute,
  group,
  interfaceIn,
  reach,
  useNetwork,
  vpcWith,
} from "./fixture.ts";

const fixture = useNetwork();

const open = group([allTraffic]);

/** A program inside the task; its standard output as JSON once it has ended. */
const runInside = async (task: AttachedTask, program: string, ...args: readonly string[]): Promise<unknown> => {
  const inside = [`--net=${task.attached.networkNamespacePath}`, process.execPath, "-e", program, ...args];
  const child = spawn("nsenter", inside, { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString();
  });
  await once(child, "close");
  return JSON.parse(output);
};

/** Sends datagrams to every port of an address in turn, from a new socket each round, for so many milliseconds. */
const connectionFlood = `
const [address, milliseconds] = process.argv.slice(1);
const until = Date.now() + Number(milliseconds);
const round = (sent) => {
  if (Date.now() > until) return void console.log(sent);
  const socket = require("node:dgram").createSocket("udp4");
  socket.on("error", () => undefined);
  let port = 1024;
  const some = () => {
    for (let n = 0; n < 500 && port < 65536; n++) socket.send("x", port++, address, () => undefined);
    if (port < 65536 && Date.now() < until) return setImmediate(some);
    setTimeout(() => socket.close(() => round(sent + port - 1024)), 20);
  };
  some();
};
round(0);
`;

it("does not let one task's connections use up the table that all tasks of a VPC share", async () => {
  const vpc = vpcWith([open]);
  await fixture.network.apply([vpc]);
  const hostile = await fixture.attach(interfaceIn(vpc, "10.0.1.10", [open]));
  const server = await fixture.attach(interfaceIn(vpc, "10.0.1.11", [open]));
  const client = await fixture.attach(interfaceIn(vpc, "10.0.1.12", [open]));
  await fixture.serve(server, 80);
  const before = await connectFrom(hostile, server.address, 80);
  const namespace = `/run/netns/${networkNames(fixture.instance).vpcNamespace(vpc.id)}`;
  const count = "/proc/sys/net/netfilter/nf_conntrack_count";
  const tracked = (): number =>
    Number(execFileSync("nsenter", [`--net=${namespace}`, "cat", count], { encoding: "utf8" }));

  const flood = runInside(hostile, connectionFlood, server.address, "7000");
  const answers: (string | undefined)[] = [];
  let ended = false;
  const finished = flood.finally(() => {
    ended = true;
  });
  while (!ended) answers.push(await reach(client, server.address, 80));
  const sent = await finished;
  expect(sent).toBeGreaterThan(3 * interfaceAllowances.connections);
  expect(tracked()).toBeGreaterThan(interfaceAllowances.newConnectionsBurst / 2);
  expect(tracked()).toBeLessThan(1.25 * interfaceAllowances.connections);
  expect(answers.length).toBeGreaterThan(2);
  expect(answers).toEqual(answers.map(() => "from 10.0.1.12"));
  // What the hostile task had open goes on.
  expect(await before.say("still there")).toBe("still there");
  before.close();
});

/** Asks for a name as fast as it can; how many answers came within so many milliseconds. */
const resolverFlood = `
const [server, milliseconds] = process.argv.slice(1);
const socket = require("node:dgram").createSocket("udp4");
const name = Buffer.from("0b69702d31302d302d312d320365633208696e7465726e616c00", "hex");
let [answers, sent] = [0, 0];
socket.on("message", () => answers++);
socket.on("error", () => undefined);
const until = Date.now() + Number(milliseconds);
const some = () => {
  for (let n = 0; n < 200; n++) {
    const head = Buffer.from([sent >> 8 & 255, sent & 255, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
    sent++;
    socket.send(Buffer.concat([head, name, Buffer.from([0, 1, 0, 1])]), 53, server, () => undefined);
  }
  if (Date.now() < until) return setTimeout(some, 2);
  setTimeout(() => { console.log(JSON.stringify({ answers, sent })); process.exit(0); }, 500);
};
some();
`;

it("answers others' questions for names while one task floods the resolver, which hears it 1024 times a second", async () => {
  const vpc = vpcWith([open]);
  await fixture.network.apply([vpc]);
  const hostile = await fixture.attach(interfaceIn(vpc, "10.0.1.10", [open]));
  const neighbour = await fixture.attach(interfaceIn(vpc, "10.0.1.11", [open]));
  const startedAt = performance.now();
  const flood = runInside(hostile, resolverFlood, "10.0.0.2", "3000");
  const found: boolean[] = [];
  for (let tries = 0; tries < 5; tries++) {
    const asked = ["busybox", "timeout", "4", "busybox", "nslookup", "ip-10-0-1-2.ec2.internal", "169.254.169.253"];
    found.push((await execute(neighbour, asked)).stdout.includes("10.0.1.2"));
  }
  const { answers, sent } = (await flood) as { readonly answers: number; readonly sent: number };
  const seconds = (performance.now() - startedAt) / 1000;
  expect(found).toEqual([true, true, true, true, true]);
  expect(sent).toBeGreaterThan(2 * answers);
  expect(answers).toBeGreaterThan(100);
  expect(answers).toBeLessThan(interfaceAllowances.linkLocalPacketsPerSecond * (seconds + 1));
});

it("lets no task take another's address by ARP, nor the router's, nor deafen the router with it", async () => {
  const vpc = vpcWith([open]);
  await fixture.network.apply([vpc]);
  const hostile = await fixture.attach(interfaceIn(vpc, "10.0.1.10", [open]));
  const server = await fixture.attach(interfaceIn(vpc, "10.0.1.11", [open]));
  const client = await fixture.attach(interfaceIn(vpc, "10.0.1.12", [open]));
  await fixture.serve(server, 80);
  for (const claimed of [server.address, "10.0.1.1"]) {
    await execute(hostile, ["ip", "addr", "add", `${claimed}/32`, "dev", "eth0"]);
    for (const form of ["-U", "-A"])
      await execute(hostile, ["busybox", "arping", form, "-c", "2", "-w", "2", "-I", "eth0", "-s", claimed, claimed]);
  }
  await fixture.serve(hostile, 81);
  expect(await reach(client, server.address, 80)).toBe("from 10.0.1.12");
  expect(await reach(client, server.address, 81)).toBeUndefined();
  const neighbours = (await execute(client, ["ip", "neigh"])).stdout;
  expect(neighbours).not.toContain(hostile.spec.macAddress);
  const flood = Array.from({ length: 200 }, (_, index) => `10.0.1.${20 + (index % 200)}`);
  const sending = flood.map((address) =>
    execute(hostile, ["busybox", "arping", "-c", "1", "-w", "1", "-I", "eth0", address]),
  );
  expect(await reach(client, server.address, 80)).toBe("from 10.0.1.12");
  await Promise.all(sending);
  expect(await reach(client, server.address, 80)).toBe("from 10.0.1.12");
});

/** Sends datagrams to one port from one socket, without waiting for anything, some 10,000 in a second. */
const oneWayStream = `
const [address, count] = process.argv.slice(1);
const socket = require("node:dgram").createSocket("udp4");
socket.on("error", () => undefined);
let sent = 0;
const some = () => {
  for (let n = 0; n < 50 && sent < Number(count); n++) socket.send("x", 9000, address, () => void sent++);
  if (sent < Number(count)) return setTimeout(some, 5);
  console.log(sent);
  socket.close();
};
socket.bind(0, some);
`;

it("counts what nobody answers as one connection, be it of as many packets as it wants", async () => {
  const vpc = vpcWith([open]);
  await fixture.network.apply([vpc]);
  const sender = await fixture.attach(interfaceIn(vpc, "10.0.1.10", [open]));
  const receiver = await fixture.attach(interfaceIn(vpc, "10.0.1.11", [open]));
  // A port that is nobody's would be told of in answers.
  await openSockets(receiver.attached.networkNamespacePath.replace(/.*\//, ""), [
    { protocol: "udp", address: "0.0.0.0", port: 9000 },
  ]);
  const received = async (): Promise<number> => {
    const { stdout } = await execute(receiver, ["cat", "/proc/net/dev"]);
    return Number(/eth0:\s*\d+\s+(\d+)/.exec(stdout)?.[1]);
  };
  const before = await received();
  const sent = await runInside(sender, oneWayStream, receiver.address, "40000");
  expect((await received()) - before).toBeGreaterThan(0.99 * Number(sent));
});
