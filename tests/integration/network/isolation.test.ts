import { createServer, type Server } from "node:net";
import { networkInterfaces } from "node:os";
import { expect, it } from "vitest";
import { allTraffic, execute, group, interfaceIn, reach, tcp, useNetwork, vpcWith } from "./fixture.ts";

const fixture = useNetwork();

const open = group([allTraffic]);

it("drops packets whose source address or MAC is not the interface's own", async () => {
  const vpc = vpcWith([open]);
  await fixture.network.apply([vpc]);
  const server = await fixture.attach(interfaceIn(vpc, "10.0.1.10", [open]));
  const liar = await fixture.attach(interfaceIn(vpc, "10.0.1.11", [open]));
  await fixture.serve(server, 80);
  expect(await reach(liar, server.address, 80)).toBe("from 10.0.1.11");

  await execute(liar, ["ip", "addr", "add", "10.0.1.12/24", "dev", "eth0"]);
  const spoofed = ["busybox", "ping", "-c", "1", "-W", "1", "-I", "10.0.1.12", server.address];
  expect((await execute(liar, spoofed)).exitCode).not.toBe(0);
  expect((await execute(liar, ["busybox", "ping", "-c", "1", "-W", "1", server.address])).exitCode).toBe(0);

  await execute(liar, ["ip", "link", "set", "eth0", "address", "02:00:00:00:00:01"]);
  expect(await reach(liar, server.address, 80)).toBeUndefined();
});

it("keeps VPCs with the same addresses apart, and lets two tasks listen on one port", async () => {
  const first = vpcWith([open]);
  const second = vpcWith([open]);
  await fixture.network.apply([first, second]);
  const server = await fixture.attach(interfaceIn(first, "10.0.1.10", [open]));
  const client = await fixture.attach(interfaceIn(first, "10.0.1.11", [open]));
  const namesake = await fixture.attach(interfaceIn(second, "10.0.1.10", [open]));
  const outsider = await fixture.attach(interfaceIn(second, "10.0.1.12", [open]));
  await Promise.all([fixture.serve(server, 80), fixture.serve(namesake, 80)]);
  expect(
    await Promise.all([
      reach(client, "10.0.1.10", 80),
      reach(outsider, "10.0.1.10", 80),
      reach(outsider, client.address, 80),
    ]),
  ).toEqual(["from 10.0.1.11", "from 10.0.1.12", undefined]);
});

it("does not let a task reach the machine's own services or other ports of its router", async () => {
  const server: Server = createServer((socket) => socket.end("machine\n"));
  await new Promise<void>((resolve) => server.listen(0, "0.0.0.0", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const own = Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .filter((each) => each.family === "IPv4")
    .map((each) => each.address);
  const vpc = vpcWith([open]);
  await fixture.network.apply([vpc]);
  const task = await fixture.attach(interfaceIn(vpc, "10.0.1.10", [open], `${fixture.publicPrefix}.10`));
  await fixture.serve(task, 80);
  expect(own).toContain("127.0.0.1");
  const tried = [
    ...own.filter((each) => each !== "127.0.0.1"),
    "10.0.1.1",
    "10.0.0.2",
    "169.254.170.2",
    "169.254.171.1",
  ];
  expect(await Promise.all(tried.map((each) => reach(task, each, address.port)))).toEqual(tried.map(() => undefined));
  // The machine itself still talks with the task: what it asks for, it gets.
  expect(await reach(undefined, `${fixture.publicPrefix}.10`, 80)).toMatch(/^from \d/);
  server.close();
});

it("answers at once that an address nobody has is unreachable", async () => {
  const vpc = vpcWith([open]);
  await fixture.network.apply([vpc]);
  const task = await fixture.attach(interfaceIn(vpc, "10.0.1.10", [open]));
  const { stdout } = await execute(task, ["busybox", "arping", "-c", "1", "-w", "1", "-I", "eth0", "10.0.1.77"]);
  expect(stdout).toContain("Received 0");
  const gateway = await execute(task, ["busybox", "arping", "-c", "1", "-w", "1", "-I", "eth0", "10.0.1.1"]);
  expect(gateway.stdout).toContain("Received 1");
  expect(await reach(task, "10.0.1.77", 80)).toBeUndefined();
});

it("shows the task its own address, MAC and route, and counts its traffic", async () => {
  const web = group([tcp(80)]);
  const vpc = vpcWith([web]);
  await fixture.network.apply([vpc]);
  const server = await fixture.attach(interfaceIn(vpc, "10.0.2.10", [web]));
  const client = await fixture.attach(interfaceIn(vpc, "10.0.1.11", [web]));
  await fixture.serve(server, 80);
  const link = await execute(server, ["ip", "-4", "-o", "addr", "show", "eth0"]);
  expect(link.stdout).toContain("inet 10.0.2.10/24");
  expect((await execute(server, ["ip", "link", "show", "eth0"])).stdout).toContain(server.spec.macAddress);
  expect((await execute(server, ["ip", "route"])).stdout).toContain("default via 10.0.2.1 dev eth0");
  expect(server.attached).toMatchObject({
    gatewayAddress: "10.0.2.1",
    nameservers: ["10.0.0.2"],
    searchDomains: ["ec2.internal"],
  });
  expect(await reach(client, server.address, 80)).toBe("from 10.0.1.11");
  const usage = await fixture.network.usage(client.workloadId);
  expect(usage.sentBytes).toBeGreaterThan(100);
  expect(usage.receivedBytes).toBeGreaterThan(100);
  expect(usage.sentPackets).toBeGreaterThanOrEqual(3);
});
