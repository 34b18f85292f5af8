import {
  ManualClock,
  networkInterfaceId,
  securityGroupId,
  subnetId,
  type VpcEndpointSpec,
  type VpcSpec,
} from "@fleetless/kernel";
import { describe, expect, it, test } from "vitest";
import { MemorySession } from "../tasks/testing/memory-session.ts";
import { sampleContainer, sampleWorkload } from "../tasks/testing/sample-workload.ts";
import { HostAddresses } from "./host-addresses.ts";
import { imageOrigin } from "./image-origin.ts";
import { goesByProxy } from "./node-proxy.ts";
import { sessionByWays } from "./session-by-ways.ts";
import { TaskWays } from "./task-ways.ts";
import { findHost, reachRegistry, taskIn, vpc } from "./testing/task-in-vpc.ts";

const secret = "arn:aws:secretsmanager:us-east-1:123456789012:secret:app/token-AbCdEf";
const account = "123456789012.dkr.ecr.us-east-1.amazonaws.com";

describe("what is asked for a task without a way", () => {
  const noRoute = (service: string) =>
    `subnet-closed has no route to com.amazonaws.us-east-1.${service} in rtb-closed, and vpc-1 has no endpoint for it`;

  it("is refused for good in ECS's words, each with the missing hop", async () => {
    const { id, session } = taskIn("closed", {
      image: `${account}/web:1`,
      secrets: [{ name: "A", valueFrom: secret }],
    });
    expect(await session.imageAccess(id, "web")).toEqual({
      ok: false,
      refusal: {
        code: "ResourceInitializationError",
        message: `unable to pull secrets or registry auth: The task cannot pull registry auth from Amazon ECR: There is a connection issue between the task and Amazon ECR. Check your task network configuration. RequestError: send request failed caused by: Post "https://api.ecr.us-east-1.amazonaws.com/": dial tcp: ${noRoute("ecr.api")}`,
        retryable: false,
      },
    });
    expect(await session.containerSecrets(id, "web")).toMatchObject({
      refusal: { code: "ResourceInitializationError", message: expect.stringContaining(noRoute("secretsmanager")) },
    });
  });

  it("is a parameter's service where a secret is a parameter, and the secret's where a registry has a login", async () => {
    const parameter = taskIn("closed", { secrets: [{ name: "A", valueFrom: "/app/text" }] });
    expect(await parameter.session.containerSecrets(parameter.id, "web")).toMatchObject({
      refusal: { message: expect.stringContaining(noRoute("ssm")) },
    });
    const login = taskIn("closed", { image: "127.0.0.1:9/web:1", repositoryCredentials: secret });
    expect(await login.session.imageAccess(login.id, "web")).toMatchObject({
      refusal: { message: expect.stringContaining(noRoute("secretsmanager")) },
    });
  });

  it("is kept for later where lines are delivered, and fails where a stream is made", async () => {
    const { id, session, asked } = taskIn("closed", {});
    const stream = { group: "group", stream: "s" };
    expect(await session.createLogStream(id, { ...stream, createGroup: false })).toMatchObject({
      refusal: { code: "RequestError", retryable: false },
    });
    expect(await session.putLogEvents(id, { ...stream, batch: 1, events: [] })).toMatchObject({
      refusal: { code: "RequestError", retryable: true, message: expect.stringContaining(noRoute("logs")) },
    });
    expect(asked).toEqual([]);
  });

  it("is a registry of the world, by its address", async () => {
    const { ways, workload } = taskIn("closed", {});
    await expect(reachRegistry(ways, workload, "203.0.113.9:5000/web:1")).rejects.toThrow(
      "ref pull has been retried 1 time(s): failed to resolve ref 203.0.113.9:5000/web:1: failed to do request: dial tcp: subnet-closed has no route to 203.0.113.9:5000 in rtb-closed",
    );
    await expect(reachRegistry(ways, workload, "localhost:5000/web:1")).resolves.toBeUndefined();
  });
});

test("what is asked for a task with a way gets there", async () => {
  const { id, session, asked, ways, workload } = taskIn("open", {
    image: "127.0.0.1:4566/web:1",
    secrets: [{ name: "A", valueFrom: secret }],
  });
  expect(await session.imageAccess(id, "web")).toMatchObject({ ok: true });
  expect(await session.containerSecrets(id, "web")).toMatchObject({ ok: true });
  await session.createLogStream(id, { group: "group", stream: "s", createGroup: false });
  await session.putLogEvents(id, { group: "group", stream: "s", batch: 1, events: [] });
  expect(asked).toEqual(["stream", "events"]);
  expect(await reachRegistry(ways, workload, "203.0.113.9:5000/web:1")).toEqual({ dial: expect.any(Function) });
  expect(await reachRegistry(ways, workload, "203.0.113.9:5000/web:1", true)).toBeUndefined();
});

test("a registry that the task's VPC knows by a name of its own is that VPC's", async () => {
  const { ways, workload } = taskIn("open", {});
  const way = await reachRegistry(ways, workload, "registry.internal:5000/web:1");
  expect(way?.network).toBe(vpc.id);
});

test("a connection that does not come about says why, where that is known", async () => {
  const { ways, workload } = taskIn("open", {});
  const way = await reachRegistry(ways, workload, "registry.internal:5000/web:1");
  const given = new AbortController().signal;
  await expect(way?.dial({ host: "198.51.100.7", port: 5000 }, given)).rejects.toThrow(
    /^dial tcp 198\.51\.100\.7:5000: i\/o timeout$/,
  );
  await expect(way?.dial({ host: "10.0.2.9", port: 443 }, given)).rejects.toThrow(
    /^dial tcp 10\.0\.2\.9:443: i\/o timeout: no interface has 10\.0\.2\.9/,
  );
});

test("a task of IPv6 alone is told of names that lead to IPv4 addresses only, and which would do", async () => {
  const everywhere = { protocol: "-1", peer: { kind: "cidr", cidr: "::/0" } } as const;
  const {
    subnetCidr: _cidr,
    privateAddress: _address,
    privateDnsName: _name,
    ...rest
  } = sampleWorkload().networkInterface;
  const networkInterface = {
    ...rest,
    subnetId: subnetId("subnet-six"),
    securityGroupIds: [securityGroupId("sg-6")],
    ipv6Address: "fd00:1::5",
    ipv6SubnetCidr: "fd00:1::/64",
  };
  const here: VpcSpec = {
    ...vpc,
    ipv6Cidrs: ["fd00:1::/56"],
    subnets: [
      {
        id: subnetId("subnet-six"),
        ipv6Cidr: "fd00:1::/64",
        availabilityZone: "us-east-1a",
        routeTableId: "rtb-six",
        networkAclId: "acl-six",
      },
    ],
    routeTables: [
      { id: "rtb-six", routes: [{ destination: "::/0", target: { kind: "internet-gateway", id: "igw-1" } }] },
    ],
    networkAcls: [
      {
        id: "acl-six",
        ingress: [{ ruleNumber: 1, action: "allow", protocol: "-1", cidr: "::/0" }],
        egress: [{ ruleNumber: 1, action: "allow", protocol: "-1", cidr: "::/0" }],
      },
    ],
    securityGroups: [{ id: securityGroupId("sg-6"), ingress: [], egress: [everywhere] }],
  };
  const attempt = async (image: string) => {
    const workload = { ...sampleWorkload(), networkInterface, containers: [{ ...sampleContainer("web"), image }] };
    const clock = new ManualClock();
    const hosts = new HostAddresses(clock, async (_vpc, host, family) => {
      if (host.startsWith("single")) return { address: undefined, isOwn: false, isIpv4Only: true };
      return { address: family === "ipv6" ? "2001:db8::9" : "203.0.113.9", isOwn: false };
    });
    const ways = new TaskWays({ vpc: () => here, workload: () => workload, hosts, clock });
    const session = sessionByWays({ session: new MemorySession(), ways, registryPort: 4566 });
    return { access: await session.imageAccess(workload.id, "web"), way: reachRegistry(ways, workload, image) };
  };
  const none = `of subnet-six has none`;
  expect(await attempt(`${account}/web:1`)).toMatchObject({
    access: {
      ok: false,
      refusal: {
        code: "CannotPullContainerError",
        message: expect.stringMatching(
          new RegExp(
            `: ${account} has IPv4 addresses alone, and eni-\\w+ ${none}; 123456789012\\.dkr-ecr\\.us-east-1\\.on\\.aws has both$`,
          ),
        ),
      },
    },
  });
  for (const image of ["123456789012.dkr-ecr.us-east-1.on.aws/web:1", "127.0.0.1:4566/web:1"]) {
    expect(await attempt(image)).toMatchObject({ access: { ok: true } });
  }
  await expect((await attempt("both.example/web:1")).way).resolves.toBeDefined();
  await expect((await attempt("single.example/web:1")).way).rejects.toThrow(/single\.example has IPv4 addresses alone/);
});

test.each([
  [{}, [], false],
  [{ HTTPS_PROXY: "http://proxy:3128" }, [], false],
  [{ HTTPS_PROXY: "http://proxy:3128", NODE_USE_ENV_PROXY: "1" }, [], true],
  [{ http_proxy: "http://proxy:3128" }, ["--use-env-proxy"], true],
  [{ http_proxy: "http://proxy:3128", NODE_OPTIONS: "--no-warnings --use-env-proxy" }, [], true],
  [{ NODE_USE_ENV_PROXY: "1", HTTP_PROXY: "" }, [], false],
])("with %j and %j, going by a proxy is %j", (environment, nodeArguments, expected) => {
  expect(goesByProxy(environment, nodeArguments)).toBe(expected);
});

test.each([
  [
    `${account}/web:1`,
    {
      kind: "ecr",
      region: "us-east-1",
      ipv4Only: { host: account, dualStack: "123456789012.dkr-ecr.us-east-1.on.aws" },
    },
  ],
  ["123456789012.dkr-ecr.us-east-1.on.aws/web:1", { kind: "ecr", region: "us-east-1" }],
  ["127.0.0.1:4566/web:1", { kind: "ecr", region: "eu-west-1" }],
  ["localhost:4566/web", { kind: "ecr", region: "eu-west-1" }],
  ["127.0.0.1:5000/web:1", { kind: "machine" }],
  ["localhost/web:1", { kind: "machine" }],
  ["busybox", { kind: "registry", host: "registry-1.docker.io", port: 443 }],
  ["ghcr.io/a/b@sha256:0", { kind: "machine" }],
  ["ghcr.io/a/b", { kind: "registry", host: "ghcr.io", port: 443 }],
  ["registry.example:8443/a", { kind: "registry", host: "registry.example", port: 8443 }],
])("the image %s comes from %j", (reference, origin) => {
  expect(imageOrigin(reference, { registryPort: 4566, region: "eu-west-1" })).toEqual(origin);
});

test("the endpoints on the ways go along with what is asked, by their whole names", async () => {
  const asked: unknown[] = [];
  const endpoint: VpcEndpointSpec = {
    id: "vpce-1",
    kind: "interface",
    serviceName: "com.amazonaws.us-east-1.secretsmanager",
    policy: "{}",
    privateDnsNames: ["secretsmanager.us-east-1.amazonaws.com"],
    dnsNames: [],
    interfaces: [{ id: networkInterfaceId("eni-1"), subnetId: subnetId("subnet-open"), privateAddress: "10.0.1.9" }],
  };
  const member = {
    id: networkInterfaceId("eni-1"),
    privateAddress: "10.0.1.9",
    macAddress: "02:00:00:00:00:09",
    subnetId: subnetId("subnet-open"),
    securityGroupIds: [securityGroupId("sg-2")],
  };
  const everyone = { protocol: "-1", peer: { kind: "cidr", cidr: "10.0.0.0/16" } } as const;
  const lettingIn = { id: securityGroupId("sg-2"), ingress: [everyone], egress: [] };
  const here = {
    ...vpc,
    endpoints: [endpoint],
    interfaces: [member],
    securityGroups: [...vpc.securityGroups, lettingIn],
  };
  const { workload } = taskIn("open", { secrets: [{ name: "A", valueFrom: secret }] });
  const clock = new ManualClock();
  const hosts = new HostAddresses(clock, findHost);
  const ways = new TaskWays({ vpc: () => here, workload: () => workload, hosts, clock });
  const session = Object.assign(new MemorySession(), {
    containerSecrets: async (_id: unknown, _container: unknown, via: unknown) => {
      asked.push(via);
      return { ok: true, value: { environment: [], files: [] } } as const;
    },
  });
  await sessionByWays({ session, ways, registryPort: 4566 }).containerSecrets(workload.id, "web");
  expect(asked).toEqual([
    {
      "com.amazonaws.us-east-1.secretsmanager": {
        endpointId: "vpce-1",
        vpcId: here.id,
        sourceAddress: "10.0.1.5",
        policy: "{}",
      },
    },
  ]);
});
