import { fileURLToPath } from "node:url";
import {
  ListHealthChecksCommand,
  ListHostedZonesCommand,
  Route53Client,
  TestDNSAnswerCommand,
} from "@aws-sdk/client-route-53";
import {
  DiscoverInstancesCommand,
  ListNamespacesCommand,
  ServiceDiscoveryClient,
} from "@aws-sdk/client-servicediscovery";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createInstance, type FleetlessInstance } from "./support/instance.ts";
import { Terraform } from "./support/terraform.ts";

const configuration = fileURLToPath(new URL("../../examples/terraform-names", import.meta.url));

let instance: FleetlessInstance;
let terraform: Terraform;
let route53: Route53Client;
let cloudMap: ServiceDiscoveryClient;

beforeAll(async () => {
  instance = await createInstance();
  await instance.up("--isolation", "runc");
  terraform = new Terraform(instance, configuration);
  await terraform.init();
  route53 = new Route53Client(instance.clientSettings);
  cloudMap = new ServiceDiscoveryClient({ ...instance.clientSettings, disableHostPrefix: true });
});

afterAll(() => instance.purge());

const answerTo = async (RecordName: string): Promise<readonly string[] | undefined> => {
  const { zone_id: HostedZoneId } = await terraform.outputs();
  const asked = { HostedZoneId: String(HostedZoneId), RecordName, RecordType: "A" as const };
  return (await route53.send(new TestDNSAnswerCommand(asked))).RecordData;
};

test("Terraform makes zones, records and Cloud Map services, changes them in place, and leaves nothing", async () => {
  await terraform.apply();
  expect(await terraform.plan()).toBe("");
  expect(await answerTo("new.apps.corp.internal")).toEqual(["10.9.0.5"]);
  // Nobody answers at the primary's address; as soon as its health check has found that out, the secondary answers.
  expect(["10.9.0.20", "10.9.0.21"]).toContain((await answerTo("ledger.corp.internal"))?.[0]);
  const found = await cloudMap.send(
    new DiscoverInstancesCommand({ NamespaceName: "services.local", ServiceName: "web" }),
  );
  expect(found.Instances).toMatchObject([{ InstanceId: "one", Attributes: { AWS_INSTANCE_IPV4: "10.9.0.30" } }]);
  // Each change of a record makes the provider wait for half a minute, so only what Cloud Map has is changed here.
  const changes = { environment: "live", web_ttl: "5" };
  await terraform.apply(changes);
  expect(await terraform.plan(changes)).toBe("");
  await terraform.destroy(changes);
  expect((await route53.send(new ListHostedZonesCommand({}))).HostedZones).toEqual([]);
  expect((await route53.send(new ListHealthChecksCommand({}))).HealthChecks).toEqual([]);
  expect((await cloudMap.send(new ListNamespacesCommand({}))).Namespaces).toEqual([]);
}, 300_000);
