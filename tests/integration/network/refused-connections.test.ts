import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { afterAll, expect, test } from "vitest";
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
