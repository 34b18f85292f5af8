import { DescribeVpcsCommand, EC2Client } from "@aws-sdk/client-ec2";
import {
  ChangeResourceRecordSetsCommand,
  GetHostedZoneCommand,
  ListResourceRecordSetsCommand,
  Route53Client,
} from "@aws-sdk/client-route-53";
import {
  CreateHttpNamespaceCommand,
  CreatePrivateDnsNamespaceCommand,
  CreatePublicDnsNamespaceCommand,
  CreateServiceCommand,
  type CreateServiceCommandInput,
  DeleteNamespaceCommand,
  DeleteServiceCommand,
  DeregisterInstanceCommand,
  DiscoverInstancesCommand,
  DiscoverInstancesRevisionCommand,
  GetInstanceCommand,
  GetInstancesHealthStatusCommand,
  GetNamespaceCommand,
  GetOperationCommand,
  GetServiceAttributesCommand,
  GetServiceCommand,
  type HealthStatusFilter,
  ListInstancesCommand,
  ListNamespacesCommand,
  ListOperationsCommand,
  ListServicesCommand,
  ListTagsForResourceCommand,
  RegisterInstanceCommand,
  ServiceDiscoveryClient,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateInstanceCustomHealthStatusCommand,
  UpdatePrivateDnsNamespaceCommand,
  UpdateServiceAttributesCommand,
  UpdateServiceCommand,
} from "@aws-sdk/client-servicediscovery";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type ServedControlPlane,
  serveControlPlane,
} from "../../packages/control-plane/src/testing/served-control-plane.ts";

let plane: ServedControlPlane;
let client: ServiceDiscoveryClient;
let route53: Route53Client;
let vpc: string;

beforeAll(async () => {
  plane = await serveControlPlane();
  client = new ServiceDiscoveryClient({ ...plane.clientSettings, disableHostPrefix: true });
  route53 = new Route53Client(plane.clientSettings);
  const { Vpcs } = await new EC2Client(plane.clientSettings).send(new DescribeVpcsCommand({}));
  vpc = Vpcs?.[0]?.VpcId ?? "";
});
afterAll(() => plane.close());

/** Waits until an operation is over; no node is here, so that changes wait for nobody. */
const finished = async (OperationId: string | undefined) => {
  const read = async () => (await client.send(new GetOperationCommand({ OperationId }))).Operation;
  await expect.poll(async () => (await read())?.Status, { timeout: 10_000 }).not.toBe("PENDING");
  return read();
};
const privateNamespace = async (Name: string): Promise<string> => {
  const { OperationId } = await client.send(new CreatePrivateDnsNamespaceCommand({ Name, Vpc: vpc }));
  return (await finished(OperationId))?.Targets?.NAMESPACE ?? "";
};
const createService = async (input: CreateServiceCommandInput): Promise<string> =>
  (await client.send(new CreateServiceCommand(input))).Service?.Id ?? "";
const register = async (ServiceId: string, InstanceId: string, Attributes: Record<string, string>) =>
  finished((await client.send(new RegisterInstanceCommand({ ServiceId, InstanceId, Attributes }))).OperationId);
const zoneOf = async (Id: string): Promise<string> =>
  (await client.send(new GetNamespaceCommand({ Id }))).Namespace?.Properties?.DnsProperties?.HostedZoneId ?? "";
const recordsIn = async (HostedZoneId: string): Promise<string[]> =>
  ((await route53.send(new ListResourceRecordSetsCommand({ HostedZoneId }))).ResourceRecordSets ?? [])
    .filter(({ Type }) => Type !== "NS" && Type !== "SOA")
    .map(({ Name, Type, TTL, ResourceRecords }) => `${Name} ${TTL} ${Type} ${ResourceRecords?.[0]?.Value}`);

test("a private DNS namespace has a hosted zone that it alone changes", async () => {
  const created = await client.send(
    new CreatePrivateDnsNamespaceCommand({
      Name: "app.local",
      Vpc: vpc,
      Description: "apps",
      Tags: [{ Key: "k", Value: "v" }],
    }),
  );
  const operation = await finished(created.OperationId);
  expect(operation).toMatchObject({ Type: "CREATE_NAMESPACE", Status: "SUCCESS" });
  const Id = operation?.Targets?.NAMESPACE ?? "";
  const { Namespace } = await client.send(new GetNamespaceCommand({ Id }));
  expect(Namespace).toMatchObject({
    Name: "app.local",
    Type: "DNS_PRIVATE",
    Description: "apps",
    Properties: { DnsProperties: { SOA: { TTL: 15 } }, HttpProperties: { HttpName: "app.local" } },
  });
  const HostedZoneId = await zoneOf(Id);
  const zone = await route53.send(new GetHostedZoneCommand({ Id: HostedZoneId }));
  expect(zone).toMatchObject({
    HostedZone: { Name: "app.local.", LinkedService: { ServicePrincipal: "servicediscovery.amazonaws.com" } },
    VPCs: [{ VPCId: vpc }],
  });
  const set = { Name: "x.app.local", Type: "A" as const, TTL: 1, ResourceRecords: [{ Value: "10.0.0.1" }] };
  await expect(
    route53.send(
      new ChangeResourceRecordSetsCommand({
        HostedZoneId,
        ChangeBatch: { Changes: [{ Action: "CREATE", ResourceRecordSet: set }] },
      }),
    ),
  ).rejects.toMatchObject({ name: "AccessDenied" });
  await expect(
    client.send(new CreatePrivateDnsNamespaceCommand({ Name: "app.local", Vpc: vpc })),
  ).rejects.toMatchObject({
    name: "NamespaceAlreadyExists",
    NamespaceId: Id,
  });
  const updated = await client.send(
    new UpdatePrivateDnsNamespaceCommand({
      Id,
      Namespace: { Description: "new", Properties: { DnsProperties: { SOA: { TTL: 30 } } } },
    }),
  );
  expect(await finished(updated.OperationId)).toMatchObject({ Type: "UPDATE_NAMESPACE", Status: "SUCCESS" });
  const ResourceARN = Namespace?.Arn ?? "";
  await client.send(new TagResourceCommand({ ResourceARN, Tags: [{ Key: "a", Value: "1" }] }));
  await client.send(new UntagResourceCommand({ ResourceARN, TagKeys: ["k"] }));
  const { Tags } = await client.send(new ListTagsForResourceCommand({ ResourceARN }));
  expect(Tags).toEqual([{ Key: "a", Value: "1" }]);
  const service = await createService({ Name: "busy", NamespaceId: Id });
  await expect(client.send(new DeleteNamespaceCommand({ Id }))).rejects.toMatchObject({ name: "ResourceInUse" });
  await client.send(new DeleteServiceCommand({ Id: service }));
  expect(await finished((await client.send(new DeleteNamespaceCommand({ Id }))).OperationId)).toMatchObject({
    Status: "SUCCESS",
  });
  await expect(route53.send(new GetHostedZoneCommand({ Id: HostedZoneId }))).rejects.toMatchObject({
    name: "NoSuchHostedZone",
  });
  await expect(client.send(new GetNamespaceCommand({ Id }))).rejects.toMatchObject({ name: "NamespaceNotFound" });
});

test("HTTP and public namespaces are made, and all are listed", async () => {
  const http = await client.send(new CreateHttpNamespaceCommand({ Name: "api" }));
  expect(await finished(http.OperationId)).toMatchObject({ Status: "SUCCESS" });
  await client.send(new CreatePublicDnsNamespaceCommand({ Name: "public.example" }));
  const listed = await client.send(
    new ListNamespacesCommand({ Filters: [{ Name: "TYPE", Values: ["HTTP"], Condition: "EQ" }] }),
  );
  expect(listed.Namespaces).toMatchObject([{ Name: "api", Type: "HTTP" }]);
  const operations = await client.send(
    new ListOperationsCommand({ Filters: [{ Name: "STATUS", Values: ["SUCCESS"] }] }),
  );
  expect(operations.Operations?.map(({ Id }) => Id)).toContain(http.OperationId);
  const same = await client.send(new CreateHttpNamespaceCommand({ Name: "api" })).catch((thrown: Error) => thrown.name);
  expect(same).toBe("NamespaceAlreadyExists");
});

test("instances have the records that their service asks for", async () => {
  const NamespaceId = await privateNamespace("records.local");
  const HostedZoneId = await zoneOf(NamespaceId);
  const web = await createService({
    Name: "web",
    DnsConfig: { NamespaceId, DnsRecords: [{ Type: "A", TTL: 10 }] },
  });
  const api = await createService({
    Name: "api",
    NamespaceId,
    DnsConfig: { RoutingPolicy: "WEIGHTED", DnsRecords: [{ Type: "SRV", TTL: 20 }] },
  });
  await expect(client.send(new CreateServiceCommand({ Name: "WEB", NamespaceId }))).rejects.toMatchObject({
    name: "ServiceAlreadyExists",
    ServiceId: web,
  });
  await register(web, "one", { AWS_INSTANCE_IPV4: "10.0.0.1", shard: "a" });
  await register(web, "two", { AWS_INSTANCE_IPV4: "10.0.0.2" });
  await register(api, "i-1", { AWS_INSTANCE_IPV4: "10.0.0.3", AWS_INSTANCE_PORT: "8080" });
  expect(await recordsIn(HostedZoneId)).toEqual([
    "api.records.local. 20 SRV 1 1 8080 i-1.api.records.local.",
    "i-1.api.records.local. 20 A 10.0.0.3",
    "web.records.local. 10 A 10.0.0.1",
    "web.records.local. 10 A 10.0.0.2",
  ]);
  await register(web, "two", { AWS_INSTANCE_IPV4: "10.0.0.9" });
  await finished(
    (
      await client.send(
        new UpdateServiceCommand({ Id: web, Service: { DnsConfig: { DnsRecords: [{ Type: "A", TTL: 5 }] } } }),
      )
    ).OperationId,
  );
  await client.send(new DeregisterInstanceCommand({ ServiceId: web, InstanceId: "one" }));
  expect((await recordsIn(HostedZoneId)).slice(2)).toEqual(["web.records.local. 5 A 10.0.0.9"]);
  await expect(
    client.send(new RegisterInstanceCommand({ ServiceId: web, InstanceId: "three", Attributes: {} })),
  ).rejects.toMatchObject({ name: "InvalidInput" });
  await expect(client.send(new DeleteServiceCommand({ Id: web }))).rejects.toMatchObject({
    name: "ResourceInUse",
    message: "Service contains registered instances; delete the instances before deleting the service",
  });
  const { Service } = await client.send(new GetServiceCommand({ Id: web }));
  expect(Service).toMatchObject({ InstanceCount: 1, Type: "DNS_HTTP", DnsConfig: { RoutingPolicy: "MULTIVALUE" } });
  const { Services } = await client.send(
    new ListServicesCommand({ Filters: [{ Name: "NAMESPACE_ID", Values: [NamespaceId] }] }),
  );
  expect(Services?.map(({ Name }) => Name).toSorted()).toEqual(["api", "web"]);
});

test("instances are discovered by health and attributes", async () => {
  const NamespaceId = await privateNamespace("found.local");
  const ServiceId = await createService({ Name: "s", NamespaceId, HealthCheckCustomConfig: {} });
  for (const [id, shard] of [
    ["a", "1"],
    ["b", "1"],
    ["c", "2"],
  ] as const)
    await register(ServiceId, id, { shard });
  await register(ServiceId, "d", { AWS_INIT_HEALTH_STATUS: "UNHEALTHY", shard: "3" });
  const where = { NamespaceName: "found.local", ServiceName: "s" };
  const discover = async (
    more: {
      HealthStatus?: HealthStatusFilter;
      QueryParameters?: Record<string, string>;
      OptionalParameters?: Record<string, string>;
    } = {},
  ) =>
    (await client.send(new DiscoverInstancesCommand({ ...where, ...more }))).Instances?.map(
      ({ InstanceId }) => InstanceId,
    ).toSorted();
  expect(await discover()).toEqual(["a", "b", "c"]);
  const before = (await client.send(new DiscoverInstancesRevisionCommand(where))).InstancesRevision ?? 0;
  await client.send(new UpdateInstanceCustomHealthStatusCommand({ ServiceId, InstanceId: "a", Status: "UNHEALTHY" }));
  expect((await client.send(new DiscoverInstancesRevisionCommand(where))).InstancesRevision).toBe(before + 1);
  expect(await discover()).toEqual(["b", "c"]);
  expect(await discover({ HealthStatus: "UNHEALTHY" })).toEqual(["a", "d"]);
  expect(await discover({ HealthStatus: "ALL" })).toEqual(["a", "b", "c", "d"]);
  expect(await discover({ QueryParameters: { shard: "1" } })).toEqual(["b"]);
  expect(await discover({ QueryParameters: { shard: "3" } })).toEqual([]);
  expect(await discover({ QueryParameters: { shard: "3" }, HealthStatus: "HEALTHY_OR_ELSE_ALL" })).toEqual(["d"]);
  expect(await discover({ OptionalParameters: { shard: "2" } })).toEqual(["c"]);
  expect(await discover({ OptionalParameters: { shard: "9" } })).toEqual(["b", "c"]);
  const { Status } = await client.send(new GetInstancesHealthStatusCommand({ ServiceId }));
  expect(Status).toEqual({ a: "UNHEALTHY", b: "HEALTHY", c: "HEALTHY", d: "UNHEALTHY" });
  const { Instance } = await client.send(new GetInstanceCommand({ ServiceId, InstanceId: "c" }));
  expect(Instance).toMatchObject({ Id: "c", Attributes: { shard: "2" } });
  const first = await client.send(new ListInstancesCommand({ ServiceId, MaxResults: 3 }));
  const rest = await client.send(new ListInstancesCommand({ ServiceId, MaxResults: 3, NextToken: first.NextToken }));
  expect([...(first.Instances ?? []), ...(rest.Instances ?? [])].map(({ Id }) => Id)).toEqual(["a", "b", "c", "d"]);
  const plain = await createService({ Name: "plain", NamespaceId });
  await expect(
    client.send(new UpdateInstanceCustomHealthStatusCommand({ ServiceId: plain, InstanceId: "x", Status: "HEALTHY" })),
  ).rejects.toMatchObject({ name: "InstanceNotFound" });
  await client.send(new UpdateServiceAttributesCommand({ ServiceId, Attributes: { team: "blue" } }));
  const { ServiceAttributes } = await client.send(new GetServiceAttributesCommand({ ServiceId }));
  expect(ServiceAttributes?.Attributes).toEqual({ team: "blue" });
});
