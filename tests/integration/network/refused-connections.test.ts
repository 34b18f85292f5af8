import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { networkInterfaceId, subnetId } from "@fleetless/kernel";
import { afterAll, expect, test } from "vitest";
import { CutConnections } from "../../../packages/node-agent/src/network/cut-connections.ts";
import { forgetFlows } from "../../../packages/node-agent/src/network/flows.ts";
import { RefusedConnections } from "../../../packages/node-agent/src/network/refused-connections.ts";
import { allTraffic, group, vpcWith } from "./fixture.ts";

const namespace = `fl-test-refused-${randomBytes(4).toString("hex")}`;

afterAll(() => {
  execFileSync("ip", ["netns", "del", namespace]);
});

const conntrack = (...parts: readonly string[]): string =>
  execFileSync("ip", ["netns", "exec", namespace, "conntrack", ...parts], { encoding: "utf8", stdio: "pipe" });

/** Of addresses that are no interface's, so that no VPC lets it come about. */
const connect = (port: number): void => {
  const ends = ["-s", "10.0.1.77", "-d", "10.0.1.78", "--sport", String(port), "--dport", "80"];
  conntrack("-I", "-p", "tcp", ...ends, "--state", "ESTABLISHED", "-t", "600");
};

test("connections that could not be ended are ended the next time, and nobody looks where none is expected", async () => {
  const failures: unknown[] = [];
  const refused = new RefusedConnections(namespace, (thrown) => failures.push(thrown));
  const vpc = vpcWith([]);
  refused.expect();
  await refused.end(vpc, []);
  expect(failures).toHaveLength(1);

  execFileSync("ip", ["netns", "add", namespace]);
  for (let port = 1; port <= 40; port += 1) connect(port);
  expect(conntrack("-L")).toContain("dst=10.0.1.78");
  await refused.end(vpc, []);
  expect(conntrack("-L")).not.toContain("dst=10.0.1.78");

  connect(1);
  await refused.end(vpc, []);
  expect(conntrack("-L")).toContain("dst=10.0.1.78");
  expect(failures).toHaveLength(1);
});

test("those that come about under rules that are just going are ended, also where somebody looked before", async () => {
  const failures: unknown[] = [];
  const refused = new RefusedConnections(namespace, (thrown) => failures.push(thrown));
  conntrack("-F");
  connect(1);
  const changing = (mayRefuse: boolean) =>
    refused.during(mayRefuse, async () => {
      await refused.end(vpcWith([]), []);
      connect(2);
    });
  await changing(true);
  expect(conntrack("-L")).toContain("sport=2 ");
  expect(conntrack("-L")).not.toContain("sport=1 ");
  await refused.end(vpcWith([]), []);
  expect(conntrack("-L")).not.toContain("dst=10.0.1.78");
  await changing(false);
  await refused.end(vpcWith([]), []);
  expect(conntrack("-L")).toContain("sport=2 ");
  expect(failures).toEqual([]);
});

test("those of every protocol that the kernel remembers are ended", async () => {
  const failures: unknown[] = [];
  const refused = new RefusedConnections(namespace, (thrown) => failures.push(thrown));
  conntrack("-F");
  const ports = ["--sport", "5", "--dport", "80"];
  const protocols = [
    ["sctp", ...ports, "--state", "ESTABLISHED", "--orig-vtag", "1", "--reply-vtag", "2"],
    ["udplite", ...ports],
    ["udp", "--sport", "5", "--dport", "0"],
    ["dccp", ...ports, "--state", "OPEN", "--role", "client"],
    ["gre", "--srckey", "5", "--dstkey", "80"],
    ["icmp", "--icmp-type", "8", "--icmp-code", "0", "--icmp-id", "77"],
    ["50"],
  ];
  for (const parts of protocols) conntrack("-I", "-s", "10.0.1.77", "-d", "10.0.1.78", "-t", "600", "-p", ...parts);
  expect(conntrack("-C").trim()).toBe(String(protocols.length));
  refused.expect();
  await refused.end(vpcWith([]), []);
  expect(failures).toEqual([]);
  expect(conntrack("-C").trim()).toBe("0");
});

/** Between pairs of addresses, each from a port of its own. */
const connectPairs = (pairs: readonly (readonly [string, string])[]): void => {
  const line = ([source, destination]: readonly [string, string], index: number): string =>
    `-I -p tcp -s ${source} -d ${destination} --sport ${2_000 + index} --dport 80 --state ESTABLISHED -t 600\n`;
  const input = pairs.map(line).join("");
  execFileSync("ip", ["netns", "exec", namespace, "sh", "-c", "cat | conntrack -R -"], { input, stdio: "pipe" });
};

const isCutting = (): boolean =>
  execFileSync("ip", ["netns", "exec", namespace, "nft", "list", "tables"], { encoding: "utf8" }).includes(
    "cut-connections",
  );

/** As many between the same two addresses as a busy client leaves behind. */
const connectMany = (): void => {
  const ports = Array.from({ length: 3_000 }, (_, index) => index + 1);
  const ends = "-s 10.0.1.77 -d 10.0.1.78 --dport 80 --state TIME_WAIT -t 600";
  const input = ports.map((port) => `-I -p tcp --sport ${port} ${ends}\n`).join("");
  execFileSync("ip", ["netns", "exec", namespace, "sh", "-c", "cat | conntrack -R -"], { input, stdio: "pipe" });
  expect(conntrack("-C").trim()).toBe("3000");
};

test("those between the same two end together, also where some end by themselves meanwhile", async () => {
  const failures: unknown[] = [];
  const end = (): Promise<void> => {
    const refused = new RefusedConnections(namespace, (thrown) => failures.push(thrown));
    refused.expect();
    return refused.end(vpcWith([]), []);
  };
  conntrack("-F");
  connectMany();
  const startedAt = performance.now();
  await end();
  // One by one takes some 50 s, since each has the kernel walk all that it remembers.
  expect(performance.now() - startedAt).toBeLessThan(10_000);
  for (let each = 0; each < 3; each += 1) {
    connectMany();
    await Promise.all([end(), end(), end()]);
    expect(conntrack("-C").trim()).toBe("0");
    connectMany();
    const forget = () => forgetFlows("10.0.1.77", ["--orig-src", "--reply-dst"], namespace);
    await Promise.all([forget(), forget()]);
    expect(conntrack("-C").trim()).toBe("0");
  }
  expect(failures).toEqual([]);
});

test("thousands of clients of one service end at once", async () => {
  const failures: unknown[] = [];
  const refused = new RefusedConnections(namespace, (thrown) => failures.push(thrown));
  conntrack("-F");
  connectPairs(Array.from({ length: 5_000 }, (_, index) => [`10.0.${20 + (index >> 8)}.${index & 255}`, "10.0.1.78"]));
  expect(conntrack("-C").trim()).toBe("5000");
  refused.expect();
  const startedAt = performance.now();
  await refused.end(vpcWith([]), []);
  // One by one takes some 50 s.
  expect(performance.now() - startedAt).toBeLessThan(10_000);
  expect(conntrack("-C").trim()).toBe("0");
  expect(failures).toEqual([]);
});

test("clients by IPv6 end with those by IPv4", async () => {
  const failures: unknown[] = [];
  const refused = new RefusedConnections(namespace, (thrown) => failures.push(thrown));
  conntrack("-F");
  const clients = Array.from({ length: 300 }, (_, index) => index + 1);
  connectPairs(clients.map((client) => [`fd00:1::${client.toString(16)}`, "fd00:1::ffff"]));
  connectPairs(clients.map((client) => [`10.0.${20 + (client >> 8)}.${client & 255}`, "10.0.1.78"]));
  refused.expect();
  await refused.end({ ...vpcWith([]), ipv6Cidrs: ["fd00:1::/56"] }, []);
  expect(conntrack("-L", "-f", "ipv6")).toBe("");
  expect(conntrack("-L", "-f", "ipv4")).toBe("");
  expect(failures).toEqual([]);
});

test("those that are scattered among others are cut together and forgotten later, and the others go on", async () => {
  const failures: unknown[] = [];
  const refused = new RefusedConnections(namespace, (thrown) => failures.push(thrown));
  const open = group([allTraffic]);
  const hosts = Array.from({ length: 40 }, (_, index) => 10 + index * 2);
  const interfaces = hosts.map((host) => ({
    id: networkInterfaceId(`eni-${host}`),
    privateAddress: `10.0.1.${host}`,
    macAddress: "02:00:00:00:00:01",
    subnetId: subnetId("subnet-open"),
    securityGroupIds: [open.id],
  }));
  const vpc = { ...vpcWith([open]), interfaces };
  // Every other address is nobody's.
  const pairs = (odd: number) =>
    hosts.flatMap((host, index) =>
      [1, 7, 13].map((step) => {
        const other = hosts[(index + step) % hosts.length] ?? 0;
        return [`10.0.1.${host + odd}`, `10.0.1.${other + odd}`] as const;
      }),
    );
  const startedAt = performance.now();
  conntrack("-F");
  connectPairs(pairs(0));
  connectPairs(pairs(1));
  expect(conntrack("-C").trim()).toBe("240");
  refused.expect();
  await refused.end(vpc, []);
  expect(isCutting()).toBe(true);
  // More of them while those are being forgotten, and one that comes back.
  connectPairs([["10.0.1.201", "10.0.1.203"]]);
  refused.expect();
  await refused.end(vpc, []);
  await refused.forgotten();
  expect(isCutting()).toBe(false);
  expect(conntrack("-C").trim()).toBe("120");
  expect(conntrack("-L").match(/^tcp .* src=10\.0\.1\.\d*[02468] dst/gm)).toHaveLength(120);
  expect(performance.now() - startedAt).toBeLessThan(30_000);
  expect(failures).toEqual([]);
});

test("an agent that comes back takes away what the one before it left cut", async () => {
  const left = new CutConnections(namespace);
  await left.add([1, 2, 3]);
  expect(isCutting()).toBe(true);
  const refused = new RefusedConnections(namespace, () => undefined);
  refused.expect();
  await refused.end(vpcWith([]), []);
  expect(isCutting()).toBe(false);
});
