import {
  AssociateVPCWithHostedZoneCommand,
  ChangeTagsForResourceCommand,
  CreateHostedZoneCommand,
  DeleteHostedZoneCommand,
  DisassociateVPCFromHostedZoneCommand,
  GetHostedZoneCommand,
  GetHostedZoneCountCommand,
  ListHostedZonesByNameCommand,
  ListHostedZonesByVPCCommand,
  ListHostedZonesCommand,
  ListTagsForResourceCommand,
  ListTagsForResourcesCommand,
  UpdateHostedZoneCommentCommand,
} from "@aws-sdk/client-route-53";
import { describe, expect, test } from "vitest";

import { address, change, client, createZone, vpcId } from "./support/served-route53.ts";

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
