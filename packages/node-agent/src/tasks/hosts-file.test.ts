import { expect, test } from "vitest";
import { hostsFile, resolvConf } from "./hosts-file.ts";
import { sampleWorkload } from "./testing/sample-workload.ts";

const attached = {
  networkNamespacePath: "/run/netns/task",
  gatewayAddress: "10.0.1.1",
  nameservers: ["10.0.0.2"],
};

test("/etc/hosts has loopback and the task's own address, as on Fargate", () => {
  expect(hostsFile(sampleWorkload())).toBe("127.0.0.1 localhost\n10.0.1.2 ip-10-0-1-2.ec2.internal\n");
});

test("/etc/hosts of a task without an IPv4 address names it by its id", () => {
  const { privateAddress: _address, privateDnsName: _name, ...rest } = sampleWorkload().networkInterface;
  const workload = { ...sampleWorkload(), networkInterface: { ...rest, ipv6Address: "fd00::5" } };
  expect(hostsFile(workload)).toBe(`127.0.0.1 localhost\n::1 localhost\nfd00::5 ${workload.id}\n`);
});

test("/etc/resolv.conf names the VPC's resolver, and a search domain only where there is one", () => {
  expect(resolvConf({ ...attached, searchDomains: ["ec2.internal"] })).toBe(
    "search ec2.internal\nnameserver 10.0.0.2\n",
  );
  expect(resolvConf({ ...attached, searchDomains: [] })).toBe("nameserver 10.0.0.2\n");
});
