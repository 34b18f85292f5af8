import { AssociateDhcpOptionsCommand, CreateDhcpOptionsCommand, DescribeVpcsCommand } from "@aws-sdk/client-ec2";
import {
  type Change,
  ChangeResourceRecordSetsCommand,
  CreateHostedZoneCommand,
  GetChangeCommand,
  type ResourceRecordSet,
  Route53Client,
} from "@aws-sdk/client-route-53";
import {
  CreatePrivateDnsNamespaceCommand,
  CreateServiceCommand,
  GetOperationCommand,
  RegisterInstanceCommand,
  ServiceDiscoveryClient,
  UpdateInstanceCustomHealthStatusCommand,
} from "@aws-sdk/client-servicediscovery";
import { afterAll, beforeAll, expect, test } from "vitest";
import { importBusybox } from "./support/busybox-image.ts";
import { createInstance, type FleetlessInstance } from "./support/instance.ts";
import { Tasks } from "./support/tasks.ts";

let instance: FleetlessInstance;
let tasks: Tasks;
let route53: Route53Client;
let zoneId: string;

beforeAll(async () => {
  instance = await createInstance();
  await instance.up();
  await importBusybox(instance);
  tasks = new Tasks(instance);
  await tasks.prepare();
  route53 = new Route53Client(instance.clientSettings);
  const { Vpcs } = await tasks.ec2.send(new DescribeVpcsCommand({}));
  const { HostedZone } = await route53.send(
    new CreateHostedZoneCommand({
      Name: "corp.test",
      CallerReference: "corp",
      VPC: { VPCId: Vpcs?.[0]?.VpcId, VPCRegion: "us-east-1" },
    }),
  );
  zoneId = HostedZone?.Id ?? "";
});

afterAll(() => instance.purge());

const address = (Name: string, Value: string): ResourceRecordSet => ({
  Name,
  Type: "A",
  TTL: 60,
  ResourceRecords: [{ Value }],
});

/** Resolves once the change is in force on the node, as Route 53's own waiter would say. */
const change = async (...Changes: Change[]): Promise<void> => {
  const { ChangeInfo } = await route53.send(
    new ChangeResourceRecordSetsCommand({ HostedZoneId: zoneId, ChangeBatch: { Changes } }),
  );
  const status = async () => (await route53.send(new GetChangeCommand({ Id: ChangeInfo?.Id }))).ChangeInfo?.Status;
  await expect.poll(status, { interval: 20, timeout: 10_000 }).toBe("INSYNC");
};

/** What a task prints that runs a script. */
const printed = async (family: string, script: string): Promise<string> => {
  const task = await tasks.run(family, [{ name: "main", command: ["sh", "-c", `${script}; echo end`] }], "STOPPED");
  return (await tasks.untilLine(task, /^end$/)).join("\n");
};

test("a task resolves its VPC's private zone and the VPC's own names, forward and back", async () => {
  await change(
    { Action: "UPSERT", ResourceRecordSet: address("db.corp.test", "10.9.8.7") },
    {
      Action: "UPSERT",
      ResourceRecordSet: {
        Name: "www.corp.test",
        Type: "CNAME",
        TTL: 60,
        ResourceRecords: [{ Value: "db.corp.test" }],
      },
    },
  );
  const text = await printed(
    "names",
    [
      "nslookup -type=a db.corp.test",
      "nslookup -type=a www.corp.test 169.254.169.253",
      "nslookup -type=a no.corp.test",
      "address=$(hostname -i)",
      "nslookup $address",
      "nslookup -type=a $(hostname)",
    ].join("; "),
  );
  expect(text.match(/Address: 10\.9\.8\.7/g)).toHaveLength(2);
  expect(text).toContain("NXDOMAIN");
  expect(text).toMatch(/name = ip-172-31-\d+-\d+\.ec2\.internal/);
});

test("a running task sees a change as soon as it is in sync, also where it had asked in vain", async () => {
  const loop = "while ! nslookup -type=a late.corp.test; do sleep 0.1; done";
  const task = await tasks.run(
    "late",
    [{ name: "main", command: ["sh", "-c", `echo begun; ${loop}; echo found`] }],
    "RUNNING",
  );
  await tasks.untilLine(task, /NXDOMAIN/);
  const before = Date.now();
  await change({ Action: "UPSERT", ResourceRecordSet: address("late.corp.test", "10.1.1.1") });
  expect((await tasks.untilLine(task, /^found$/)).join("\n")).toContain("10.1.1.1");
  expect(Date.now() - before).toBeLessThan(10_000);
});

test("a task finds the healthy instances of a Cloud Map service by name", async () => {
  const cloudMap = new ServiceDiscoveryClient(instance.clientSettings);
  const { Vpcs } = await tasks.ec2.send(new DescribeVpcsCommand({}));
  const finished = async (OperationId: string | undefined): Promise<string> => {
    const read = async () => (await cloudMap.send(new GetOperationCommand({ OperationId }))).Operation;
    await expect.poll(async () => (await read())?.Status, { interval: 20, timeout: 10_000 }).toBe("SUCCESS");
    return (await read())?.Targets?.NAMESPACE ?? "";
  };
  const Name = `app-${Date.now()}.local`;
  const namespace = await cloudMap.send(new CreatePrivateDnsNamespaceCommand({ Name, Vpc: Vpcs?.[0]?.VpcId }));
  const NamespaceId = await finished(namespace.OperationId);
  const { Service } = await cloudMap.send(
    new CreateServiceCommand({
      Name: "web",
      NamespaceId,
      DnsConfig: { DnsRecords: [{ Type: "A", TTL: 5 }] },
      HealthCheckCustomConfig: { FailureThreshold: 1 },
    }),
  );
  const ServiceId = Service?.Id;
  for (const [InstanceId, AWS_INSTANCE_IPV4] of [
    ["one", "10.5.0.1"],
    ["two", "10.5.0.2"],
  ] as const) {
    const { OperationId } = await cloudMap.send(
      new RegisterInstanceCommand({ ServiceId, InstanceId, Attributes: { AWS_INSTANCE_IPV4 } }),
    );
    await finished(OperationId);
  }
  const lookUp = `nslookup -type=a web.${Name}`;
  const task = await tasks.run(
    "cloud-map",
    [
      {
        name: "main",
        command: [
          "sh",
          "-c",
          `${lookUp}; echo begun; while ${lookUp} | grep -q 10.5.0.1; do sleep 0.1; done; ${lookUp}; echo end`,
        ],
      },
    ],
    "RUNNING",
  );
  const before = (await tasks.untilLine(task, /^begun$/)).join("\n");
  expect(before).toContain("10.5.0.1");
  expect(before).toContain("10.5.0.2");
  await cloudMap.send(
    new UpdateInstanceCustomHealthStatusCommand({ ServiceId, InstanceId: "one", Status: "UNHEALTHY" }),
  );
  const after = (await tasks.untilLine(task, /^end$/)).join("\n").split("begun")[1] ?? "";
  expect(after).toContain("10.5.0.2");
  expect(after).not.toContain("10.5.0.1");
});

test("a task is told the domain and the resolvers of its VPC's DHCP options", async () => {
  const { Vpcs } = await tasks.ec2.send(new DescribeVpcsCommand({}));
  const { DhcpOptions } = await tasks.ec2.send(
    new CreateDhcpOptionsCommand({
      DhcpConfigurations: [
        { Key: "domain-name", Values: ["corp.test"] },
        { Key: "domain-name-servers", Values: ["AmazonProvidedDNS", "10.9.9.9"] },
      ],
    }),
  );
  const { DhcpOptionsId } = DhcpOptions ?? {};
  await tasks.ec2.send(new AssociateDhcpOptionsCommand({ VpcId: Vpcs?.[0]?.VpcId, DhcpOptionsId }));
  const text = await printed("dhcp-options", "cat /etc/resolv.conf");
  expect(text).toMatch(/^search corp\.test$/m);
  expect(text.match(/^nameserver .*$/gm)).toEqual(["nameserver 172.31.0.2", "nameserver 10.9.9.9"]);
});
