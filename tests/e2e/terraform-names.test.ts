import { fileURLToPath } from "node:url";
import { ListHostedZonesCommand, Route53Client } from "@aws-sdk/client-route-53";
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

test("Terraform makes Cloud Map's namespaces and services, changes them in place, and leaves nothing", async () => {
  await terraform.apply();
  expect(await terraform.plan()).toBe("");
  const found = await cloudMap.send(
    new DiscoverInstancesCommand({ NamespaceName: "services.local", ServiceName: "web" }),
  );
  // The zone of a namespace with DNS; the provider waits for half a minute over each zone or record of its own.
  expect((await route53.send(new ListHostedZonesCommand({}))).HostedZones).toMatchObject([{ Name: "services.local." }]);
  expect(found.Instances).toMatchObject([{ InstanceId: "one", Attributes: { AWS_INSTANCE_IPV4: "10.9.0.30" } }]);
  const changes = { environment: "live", web_ttl: "5" };
  await terraform.apply(changes);
  expect(await terraform.plan(changes)).toBe("");
  await terraform.destroy(changes);
  expect((await route53.send(new ListHostedZonesCommand({}))).HostedZones).toEqual([]);
  expect((await cloudMap.send(new ListNamespacesCommand({}))).Namespaces).toEqual([]);
}, 300_000);
