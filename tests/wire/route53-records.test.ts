import {
  type Change,
  GetChangeCommand,
  GetHostedZoneCommand,
  ListResourceRecordSetsCommand,
  type ListResourceRecordSetsRequest,
  TestDNSAnswerCommand,
} from "@aws-sdk/client-route-53";
import { nodeId } from "@fleetless/kernel";
import { describe, expect, test } from "vitest";

import { address, change, client, createZone, namesIn, plane, vpcId } from "./support/served-route53.ts";

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
