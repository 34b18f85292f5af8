import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreatePullThroughCacheRuleCommand, DescribeImagesCommand, ECRClient } from "@aws-sdk/client-ecr";
import { PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { afterAll, beforeAll, expect, test } from "vitest";
import { layerOf, tarOf } from "../../packages/node-agent/src/runtime/images/build-layout.ts";
import { machinePlatform } from "../../packages/node-agent/src/runtime/images/manifest.ts";
import { busyboxFiles } from "../integration/runtime/machine.ts";
import { Registry } from "../integration/runtime/registry.ts";
import { createInstance, type FleetlessInstance } from "./support/instance.ts";
import { loggedInSkopeo, registryOf } from "./support/push-image.ts";
import { Tasks } from "./support/tasks.ts";

let instance: FleetlessInstance;
let tasks: Tasks;
let upstream: Registry;
let ecr: ECRClient;

const image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/mirror/team/app:1";
const container = { name: "main", image, command: ["/bin/cat", "/page"] };
const fetched = (kind: "manifests" | "blobs"): number =>
  upstream.requests.filter(({ method, path }) => method === "GET" && path.includes(`/${kind}/`)).length;

/** Puts an image under the tag 1 of the registry behind the cache. */
const publish = async (page: string): Promise<string> => {
  const files = await Promise.all([tarOf(busyboxFiles), tarOf([{ path: "page", content: page }])]);
  const { architecture } = machinePlatform();
  return upstream.putImage(
    "1",
    files.map((tar) => layerOf(tar)),
    {},
    architecture,
  ).digest;
};

beforeAll(async () => {
  instance = await createInstance();
  [upstream] = await Promise.all([Registry.start(), instance.up()]);
  tasks = new Tasks(instance);
  await tasks.prepare();
  ecr = new ECRClient(instance.clientSettings);
  const rule = { ecrRepositoryPrefix: "mirror", upstreamRegistryUrl: upstream.host };
  await ecr.send(new CreatePullThroughCacheRuleCommand(rule));
});

afterAll(async () => {
  await upstream.close();
  await instance.purge();
});

test("a task's image comes through the cache, once its role may import it, and is then ECR's own", async () => {
  const digest = await publish("from elsewhere\n");
  const refused = await tasks.run("mirror", [container], "STOPPED");
  expect(refused.stoppedReason).toMatch(
    /^CannotPullContainerError: .*ecr:BatchImportUpstreamImage on resource: arn:aws:ecr:us-east-1:123456789012:repository\/mirror\/team\/app/,
  );
  expect(upstream.requests).toEqual([]);
  const PolicyDocument = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "ecr:BatchImportUpstreamImage", Resource: "*" }],
  });
  await tasks.iam.send(new PutRolePolicyCommand({ RoleName: "execution", PolicyName: "import", PolicyDocument }));
  const { task, lines } = await tasks.finish("mirror", [container]);
  expect([lines, task.containers?.[0]?.imageDigest]).toEqual([["from elsewhere"], digest]);
  const { imageDetails } = await ecr.send(new DescribeImagesCommand({ repositoryName: "mirror/team/app" }));
  expect(imageDetails).toMatchObject([{ imageDigest: digest, imageTags: ["1"] }]);
  // The manifest, the configuration and both layers, each once.
  expect([fetched("manifests"), fetched("blobs")]).toEqual([1, 3]);
});

test("what the cache has serves tasks and other clients without the other registry", async () => {
  await upstream.close();
  expect((await tasks.finish("mirror", [container])).lines).toEqual(["from elsewhere"]);
  const skopeo = await loggedInSkopeo(instance);
  const directory = mkdtempSync(join(tmpdir(), "fleetless-pulled-"));
  try {
    const source = `docker://${registryOf(instance)}/mirror/team/app:1`;
    await skopeo.run("copy", "--src-tls-verify=false", source, `dir:${directory}`);
    // Besides the configuration and both layers: the manifest and the format's version.
    expect(readdirSync(directory)).toHaveLength(5);
  } finally {
    await skopeo.close();
    rmSync(directory, { recursive: true, force: true });
  }
});
