import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { afterAll, expect, test } from "vitest";
import { forgetFlows } from "../../../packages/node-agent/src/network/flows.ts";
import { RefusedConnections } from "../../../packages/node-agent/src/network/refused-connections.ts";
import { vpcWith } from "./fixture.ts";

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
