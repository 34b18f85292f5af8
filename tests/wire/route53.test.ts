import { DescribeVpcsCommand, EC2Client } from "@aws-sdk/client-ec2";
import {
  AssociateVPCWithHostedZoneCommand,
  type Change,
  ChangeResourceRecordSetsCommand,
  ChangeTagsForResourceCommand,
  CreateHealthCheckCommand,
  CreateHostedZoneCommand,
  DeleteHealthCheckCommand,
  DeleteHostedZoneCommand,
  DisassociateVPCFromHostedZoneCommand,
  GetChangeCommand,
  GetHealthCheckCommand,
  GetHealthCheckStatusCommand,
  GetHostedZoneCommand,
  GetHostedZoneCountCommand,
  ListHealthChecksCommand,
  ListHostedZonesByNameCommand,
  ListHostedZonesByVPCCommand,
  ListHostedZonesCommand,
  ListResourceRecordSetsCommand,
  type ListResourceRecordSetsRequest,
  ListTagsForResourceCommand,
  ListTagsForResourcesCommand,
  type ResourceRecordSet,
  Route53Client,
  TestDNSAnswerCommand,
  UpdateHealthCheckCommand,
  UpdateHostedZoneCommentCommand,
} from "@aws-sdk/client-route-53";
import { nodeId } from "@fleetless/kernel";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type ServedControlPlane,
  serveControlPlane,
} from "../../packages/control-plane/src/testing/served-control-plane.ts";

let plane: ServedControlPlane;
let client: Route53Client;
let vpcId: string;

beforeAll(async () => {
  plane = await serveControlPlane();
  client = new Route53Client(plane.clientSettings);
  const { Vpcs } = await new EC2Client(plane.clientSettings).send(new DescribeVpcsCommand({}));
  vpcId = Vpcs?.[0]?.VpcId ?? "";
});
afterAll(() => plane.close());

let references = 0;
const reference = (): string => {
  references += 1;
  return `reference-${references}`;
};

const createZone = async (name: string, isPrivate = true): Promise<string> => {
  const { HostedZone } = await client.send(
    new CreateHostedZoneCommand({
      Name: name,
      CallerReference: reference(),
      ...(isPrivate ? { VPC: { VPCId: vpcId, VPCRegion: "us-east-1" } } : {}),
    }),
  );
  return HostedZone?.Id ?? "";
};
const change = (HostedZoneId: string, Changes: Change[]) =>
  client.send(new ChangeResourceRecordSetsCommand({ HostedZoneId, ChangeBatch: { Changes } }));
const address = (Name: string, ...values: string[]): ResourceRecordSet => ({
  Name,
  Type: "A",
  TTL: 60,
  ResourceRecords: values.map((Value) => ({ Value })),
});
const namesIn = async (HostedZoneId: string) =>
  (await client.send(new ListResourceRecordSetsCommand({ HostedZoneId }))).ResourceRecordSets?.map(
    ({ Name, Type }) => `${Name} ${Type}`,
  );

describe("hosted zones", () => {
  test("are made, found and deleted as a private and a public one", async () => {
    const created = await client.send(
      new CreateHostedZoneCommand({
        Name: "Corp.Example",
        CallerReference: "one",
        VPC: { VPCId: vpcId, VPCRegion: "us-east-1" },
        HostedZoneConfig: { Comment: "inside" },
      }),
    );
    expect(created).toMatchObject({
      HostedZone: {
        Name: "corp.example.",
        Config: { PrivateZone: true, Comment: "inside" },
        ResourceRecordSetCount: 2,
      },
      VPC: { VPCId: vpcId },
    });
    expect(created.Location).toMatch(/\/hostedzone\/Z[0-9A-Z]+$/);
    const Id = created.HostedZone?.Id?.replace("/hostedzone/", "") ?? "";
    await expect(client.send(new GetHostedZoneCommand({ Id }))).resolves.toMatchObject({
      HostedZone: { Id: `/hostedzone/${Id}` },
      VPCs: [{ VPCId: vpcId, VPCRegion: "us-east-1" }],
    });
    const publicId = await createZone("public.example", false);
    const found = await client.send(new GetHostedZoneCommand({ Id: publicId }));
    expect(found.DelegationSet?.NameServers).toHaveLength(4);
    expect(found.HostedZone?.Config?.PrivateZone).toBe(false);
    const renamed = await client.send(new UpdateHostedZoneCommentCommand({ Id, Comment: "ours" }));
    expect(renamed.HostedZone?.Config?.Comment).toBe("ours");
    for (const each of [Id, publicId]) await client.send(new DeleteHostedZoneCommand({ Id: each }));
    await expect(client.send(new GetHostedZoneCommand({ Id }))).rejects.toMatchObject({
      name: "NoSuchHostedZone",
      message: `No hosted zone found with ID: ${Id}`,
      $metadata: { httpStatusCode: 404 },
    });
  });

  test("are refused in Route 53's words", async () => {
    const Id = await createZone("twice.example");
    await client.send(new CreateHostedZoneCommand({ Name: "t1.example", CallerReference: "t1" }));
    const VPC = { VPCId: vpcId, VPCRegion: "us-east-1" as const };
    await expect(
      client.send(new CreateHostedZoneCommand({ Name: "twice.example", CallerReference: "t2", VPC })),
    ).rejects.toMatchObject({ name: "ConflictingDomainExists" });
    await expect(
      client.send(new CreateHostedZoneCommand({ Name: "x.example", CallerReference: "t1", VPC })),
    ).rejects.toMatchObject({ name: "HostedZoneAlreadyExists", $metadata: { httpStatusCode: 409 } });
    await expect(
      client.send(new CreateHostedZoneCommand({ Name: "a..b", CallerReference: "t3" })),
    ).rejects.toMatchObject({ name: "InvalidDomainName" });
    await expect(
      client.send(
        new CreateHostedZoneCommand({
          Name: "a.b",
          CallerReference: "t4",
          VPC: { VPCId: "vpc-0123456789abcdef0", VPCRegion: "us-east-1" },
        }),
      ),
    ).rejects.toMatchObject({ name: "InvalidVPCId" });
    await expect(
      client.send(new DisassociateVPCFromHostedZoneCommand({ HostedZoneId: Id, VPC })),
    ).rejects.toMatchObject({
      name: "LastVPCAssociation",
    });
    const open = await createZone("open.example", false);
    await expect(client.send(new AssociateVPCWithHostedZoneCommand({ HostedZoneId: open, VPC }))).rejects.toMatchObject(
      {
        name: "PublicZoneVPCAssociation",
      },
    );
    await change(Id, [{ Action: "CREATE", ResourceRecordSet: address("a.twice.example", "10.0.0.1") }]);
    await expect(client.send(new DeleteHostedZoneCommand({ Id }))).rejects.toMatchObject({
      name: "HostedZoneNotEmpty",
    });
  });

  test("are listed page by page, by name and by VPC", async () => {
    for (const name of ["b.list.example", "a.list.example", "list.example"]) await createZone(name, false);
    const inner = await createZone("inner.example");
    const { HostedZoneCount = 0 } = await client.send(new GetHostedZoneCountCommand({}));
    const seen: (string | undefined)[] = [];
    let Marker: string | undefined;
    do {
      const page = await client.send(new ListHostedZonesCommand({ MaxItems: 2, ...(Marker ? { Marker } : {}) }));
      seen.push(...(page.HostedZones ?? []).map(({ Id }) => Id));
      Marker = page.NextMarker;
    } while (Marker !== undefined);
    expect(new Set(seen).size).toBe(HostedZoneCount);
    const byName = await client.send(new ListHostedZonesByNameCommand({ DNSName: "list.example", MaxItems: 2 }));
    expect(byName.HostedZones?.map(({ Name }) => Name)).toEqual(["list.example.", "a.list.example."]);
    expect(byName).toMatchObject({ IsTruncated: true, NextDNSName: "b.list.example." });
    const byVpc = await client.send(new ListHostedZonesByVPCCommand({ VPCId: vpcId, VPCRegion: "us-east-1" }));
    expect(byVpc.HostedZoneSummaries?.map(({ HostedZoneId }) => `/hostedzone/${HostedZoneId}`)).toContain(inner);
  });

  test("have tags", async () => {
    const ResourceId = (await createZone("tags.example")).replace("/hostedzone/", "");
    const ResourceType = "hostedzone";
    await client.send(
      new ChangeTagsForResourceCommand({
        ResourceType,
        ResourceId,
        AddTags: [
          { Key: "a", Value: "1" },
          { Key: "b", Value: "2" },
        ],
      }),
    );
    await client.send(new ChangeTagsForResourceCommand({ ResourceType, ResourceId, RemoveTagKeys: ["a"] }));
    const tags = await client.send(new ListTagsForResourceCommand({ ResourceType, ResourceId }));
    expect(tags.ResourceTagSet).toMatchObject({ ResourceType, ResourceId, Tags: [{ Key: "b", Value: "2" }] });
    const all = await client.send(new ListTagsForResourcesCommand({ ResourceType, ResourceIds: [ResourceId] }));
    expect(all.ResourceTagSets).toHaveLength(1);
  });
});

describe("record sets", () => {
  test("stand in Route 53's order, page by page", async () => {
    const Id = await createZone("order.example");
    const names = ["z", "a", "*", "b.a", "a-b"].map((label) => `${label}.order.example`);
    await change(
      Id,
      names.map((name) => ({ Action: "CREATE", ResourceRecordSet: address(name, "10.0.0.1") })),
    );
    expect(await namesIn(Id)).toEqual([
      "order.example. NS",
      "order.example. SOA",
      "\\052.order.example. A",
      "a-b.order.example. A",
      "a.order.example. A",
      "b.a.order.example. A",
      "z.order.example. A",
    ]);
    const seen: string[] = [];
    let next: Pick<ListResourceRecordSetsRequest, "StartRecordName" | "StartRecordType"> = {};
    for (;;) {
      const page = await client.send(new ListResourceRecordSetsCommand({ HostedZoneId: Id, MaxItems: 2, ...next }));
      seen.push(...(page.ResourceRecordSets ?? []).map(({ Name }) => Name ?? ""));
      if (page.IsTruncated !== true) break;
      next = { StartRecordName: page.NextRecordName, StartRecordType: page.NextRecordType };
    }
    expect(seen).toHaveLength(7);
  });

  test("change all together or not at all, in Route 53's words", async () => {
    const Id = await createZone("batch.example");
    const refused = (changes: Change[]) =>
      change(Id, changes).then(
        () => "",
        (thrown: Error) => `${thrown.name}: ${thrown.message}`,
      );
    const www = address("www.batch.example", "10.0.0.1");
    await change(Id, [{ Action: "CREATE", ResourceRecordSet: www }]);
    const cname = { Name: "www.batch.example", Type: "CNAME" as const, TTL: 60, ResourceRecords: [{ Value: "a.b" }] };
    const shown = "[name='www.batch.example.', type='A']";
    expect(
      await refused([
        { Action: "CREATE", ResourceRecordSet: address("new.batch.example", "10.0.0.2") },
        { Action: "CREATE", ResourceRecordSet: www },
      ]),
    ).toBe(`InvalidChangeBatch: [Tried to create resource record set ${shown} but it already exists]`);
    expect(await refused([{ Action: "DELETE", ResourceRecordSet: address("www.batch.example", "10.0.0.9") }])).toBe(
      `InvalidChangeBatch: [Tried to delete resource record set ${shown} but the values provided do not match the current values]`,
    );
    expect(await refused([{ Action: "DELETE", ResourceRecordSet: address("no.batch.example", "10.0.0.9") }])).toContain(
      "Tried to delete resource record set [name='no.batch.example.', type='A'] but it was not found",
    );
    expect(await refused([{ Action: "CREATE", ResourceRecordSet: cname }])).toContain(
      "RRSet of type CNAME with DNS name www.batch.example. is not permitted as it conflicts with other records with the same DNS name in zone batch.example.",
    );
    expect(await refused([{ Action: "CREATE", ResourceRecordSet: { ...cname, Name: "batch.example" } }])).toContain(
      "RRSet of type CNAME with DNS name batch.example. is not permitted at apex in zone batch.example.",
    );
    expect(await refused([{ Action: "CREATE", ResourceRecordSet: address("a.test", "10.0.0.1") }])).toContain(
      "RRSet with DNS name a.test. is not permitted in zone batch.example.",
    );
    expect(
      await refused([{ Action: "CREATE", ResourceRecordSet: address("x.batch.example", "10.0.0.300") }]),
    ).toContain(
      "FATAL problem: ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address) encountered with '10.0.0.300'",
    );
    expect(await refused([{ Action: "CREATE", ResourceRecordSet: { Name: "x.batch.example", Type: "A" } }])).toBe(
      "InvalidInput: Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or TrafficPolicyInstanceId], but found none in Change with [Action=CREATE, Name=x.batch.example, Type=A, SetIdentifier=null]",
    );
    expect(
      await refused([
        {
          Action: "CREATE",
          ResourceRecordSet: { ...address("l.batch.example", "10.0.0.1"), SetIdentifier: "x", Region: "eu-west-1" },
        },
      ]),
    ).toContain("Fleetless does not support latency routing in private hosted zones yet");
    expect(await namesIn(Id)).toEqual(["batch.example. NS", "batch.example. SOA", "www.batch.example. A"]);
    await change(Id, [
      { Action: "DELETE", ResourceRecordSet: www },
      { Action: "CREATE", ResourceRecordSet: cname },
    ]);
    expect(await namesIn(Id)).toContain("www.batch.example. CNAME");
    const { HostedZone } = await client.send(new GetHostedZoneCommand({ Id }));
    expect(HostedZone?.ResourceRecordSetCount).toBe(3);
  });

  test("answer by their routing policy", async () => {
    const HostedZoneId = await createZone("answer.example");
    const weighted = (SetIdentifier: string, Weight: number, value: string): Change => ({
      Action: "CREATE",
      ResourceRecordSet: { ...address("w.answer.example", value), SetIdentifier, Weight },
    });
    await change(HostedZoneId, [weighted("none", 0, "10.0.0.1"), weighted("all", 10, "10.0.0.2")]);
    await change(HostedZoneId, [
      {
        Action: "CREATE",
        ResourceRecordSet: {
          Name: "alias.answer.example",
          Type: "A",
          AliasTarget: {
            HostedZoneId: HostedZoneId.replace("/hostedzone/", ""),
            DNSName: "w.answer.example",
            EvaluateTargetHealth: true,
          },
        },
      },
    ]);
    const ask = (RecordName: string) =>
      client.send(new TestDNSAnswerCommand({ HostedZoneId, RecordName, RecordType: "A" }));
    await expect(ask("w.answer.example")).resolves.toMatchObject({ RecordData: ["10.0.0.2"], ResponseCode: "NOERROR" });
    await expect(ask("alias.answer.example")).resolves.toMatchObject({ RecordData: ["10.0.0.2"] });
    await expect(ask("no.answer.example")).resolves.toMatchObject({ RecordData: [], ResponseCode: "NXDOMAIN" });
  });
});

test("a change is in sync once every node has it", async () => {
  const { session } = plane.controlPlane;
  const id = nodeId("node-1");
  await session.register({
    id,
    hostname: "n",
    cpuUnits: 1024,
    memoryMiB: 1024,
    storageGiB: 10,
    architecture: "X86_64",
    isolations: ["runc"],
  });
  const signal = AbortSignal.timeout(20_000);
  const zoneId = (await createZone("sync.example")).replace("/hostedzone/", "");
  const before = await session.hostedZones(id, undefined, [], signal);
  expect(before).toMatchObject({ complete: true });
  expect(before.zones.find((zone) => zone.id === zoneId)).toMatchObject({ name: "sync.example.", vpcIds: [vpcId] });
  const { ChangeInfo } = await change(zoneId, [
    { Action: "CREATE", ResourceRecordSet: address("a.sync.example", "10.0.0.1") },
  ]);
  const status = async () => (await client.send(new GetChangeCommand({ Id: ChangeInfo?.Id }))).ChangeInfo?.Status;
  expect(ChangeInfo?.Status).toBe("PENDING");
  const update = await session.hostedZones(id, before.cursor, before.changes, signal);
  expect(update.names).toMatchObject([{ zoneId, name: "a.sync.example.", recordSets: [{ type: "A" }] }]);
  expect(await status()).toBe("PENDING");
  const waiting = session.hostedZones(id, update.cursor, update.changes, signal);
  await expect.poll(status).toBe("INSYNC");
  await change(zoneId, [{ Action: "DELETE", ResourceRecordSet: address("a.sync.example", "10.0.0.1") }]);
  expect(await waiting).toMatchObject({ names: [{ name: "a.sync.example.", recordSets: [] }] });
});

test("health checks keep what they are given, with AWS's defaults", async () => {
  const HealthCheckConfig = { Type: "HTTP" as const, IPAddress: "192.0.2.44", ResourcePath: "/health" };
  const made = await client.send(new CreateHealthCheckCommand({ CallerReference: "h1", HealthCheckConfig }));
  const HealthCheckId = made.HealthCheck?.Id ?? "";
  expect(made.HealthCheck).toMatchObject({
    HealthCheckVersion: 1,
    HealthCheckConfig: { Port: 80, RequestInterval: 30, FailureThreshold: 3, Inverted: false },
  });
  const again = await client.send(new CreateHealthCheckCommand({ CallerReference: "h1", HealthCheckConfig }));
  expect(again.HealthCheck?.Id).toBe(HealthCheckId);
  const changed = await client.send(
    new UpdateHealthCheckCommand({ HealthCheckId, ResourcePath: "/ready", Disabled: true }),
  );
  expect(changed.HealthCheck).toMatchObject({ HealthCheckVersion: 2, HealthCheckConfig: { ResourcePath: "/ready" } });
  await expect(
    client.send(new UpdateHealthCheckCommand({ HealthCheckId, HealthCheckVersion: 1 })),
  ).rejects.toMatchObject({ name: "HealthCheckVersionMismatch" });
  await expect(client.send(new GetHealthCheckStatusCommand({ HealthCheckId }))).resolves.toHaveProperty(
    "HealthCheckObservations",
  );
  expect((await client.send(new ListHealthChecksCommand({}))).HealthChecks).toHaveLength(1);
  await client.send(new DeleteHealthCheckCommand({ HealthCheckId }));
  await expect(client.send(new GetHealthCheckCommand({ HealthCheckId }))).rejects.toMatchObject({
    name: "NoSuchHealthCheck",
  });
  await expect(
    client.send(
      new CreateHealthCheckCommand({ CallerReference: "h2", HealthCheckConfig: { Type: "CLOUDWATCH_METRIC" } }),
    ),
  ).rejects.toMatchObject({
    name: "InvalidInput",
    message: "Fleetless does not support health checks of type CLOUDWATCH_METRIC yet.",
  });
});
