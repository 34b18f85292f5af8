import { randomBytes } from "node:crypto";
import { PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { layerOf, tarOf } from "../../packages/node-agent/src/runtime/images/build-layout.ts";
import { machinePlatform } from "../../packages/node-agent/src/runtime/images/manifest.ts";
import { Registry } from "../integration/runtime/registry.ts";
import { useInstance } from "./support/use-instance.ts";

const fleetless = useInstance("--isolation", "runc");
let registry: Registry;
let secretArn: string;
const busybox = [
  { path: "bin" },
  { path: "bin/sh", mode: 0o755, sourcePath: "/usr/bin/busybox" },
  { path: "bin/cat", linkTo: "sh" },
];

beforeAll(async () => {
  registry = await Registry.start();
  const secrets = new SecretsManagerClient(fleetless.instance.clientSettings);
  const SecretString = JSON.stringify({ username: "user", password: "secret" });
  secretArn = (await secrets.send(new CreateSecretCommand({ Name: "registry-login", SecretString }))).ARN ?? "";
});
beforeEach(() => {
  registry.requests.length = 0;
  registry.access = "anonymous";
});
afterAll(() => registry.close());

const base = tarOf(busybox);
const publish = async (tag: string, content: string | Buffer = `${tag}\n`): Promise<string> => {
  const layers = [layerOf(await base), layerOf(await tarOf([{ path: "note", content }]), "none")];
  registry.putImage(tag, layers, { Cmd: ["/bin/cat", "/note"] }, machinePlatform().architecture);
  return `${registry.host}/team/app:${tag}`;
};

test("a private registry's login comes from a secret that the execution role may read", async () => {
  const { tasks } = fleetless;
  const image = await publish("private");
  registry.access = "basic";
  const container = { name: "main", image, repositoryCredentials: { credentialsParameter: secretArn } };
  const executionRoleArn = await tasks.createRole("private-pull");
  const allow = async (...Action: string[]): Promise<void> => {
    const Statement = [{ Effect: "Allow", Action, Resource: "*" }];
    const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
    await tasks.iam.send(new PutRolePolicyCommand({ RoleName: "private-pull", PolicyName: "own", PolicyDocument }));
  };
  await allow("logs:*");
  const refused = await tasks.run("private", [container], "STOPPED", { executionRoleArn });
  expect(refused.stoppedReason).toMatch(
    /^ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: service call has been retried 1 time\(s\): .*AccessDeniedException: .*secretsmanager:GetSecretValue/,
  );
  await allow("logs:*", "secretsmanager:GetSecretValue");
  expect((await tasks.finish("private", [container], { executionRoleArn })).lines).toEqual(["private"]);
  const { repositoryCredentials: _none, ...anonymous } = container;
  const denied = await tasks.run("private", [{ ...anonymous, image: await publish("other") }], "STOPPED");
  expect(denied.stoppedReason).toMatch(/^CannotPullContainerError: .*Check that the role has the permissions/);
});

test("the images of a task are pulled side by side, and a layer that they share once", async () => {
  const { tasks } = fleetless;
  const shared = layerOf(await tarOf([{ path: "big", content: randomBytes(2 * 1024 ** 2) }]), "none");
  const image = async (name: string): Promise<string> => {
    const own = layerOf(await tarOf([{ path: "own", content: randomBytes(3 * 1024 ** 2) }]), "none");
    const layers = [layerOf(await base), shared, own];
    registry.putImage(name, layers, { Cmd: ["/bin/sh"] }, machinePlatform().architecture);
    return `${registry.host}/team/app:${name}`;
  };
  // The last one waits for the others, whose images may be there later: a task ends with an essential container.
  const dependsOn = ["one", "two"].map((containerName) => ({ containerName, condition: "COMPLETE" as const }));
  const containers = [
    { name: "one", image: await image("one"), essential: false },
    { name: "two", image: await image("two"), essential: false },
    { name: "three", image: await image("three"), dependsOn },
  ];
  registry.requests.length = 0;
  registry.holdAfter = 2.5 * 1024 ** 2;
  const running = tasks.finish("shared", containers);
  // Each image's own layer is held: only pulls side by side ever get to ask for all three.
  const blobs = (): readonly string[] =>
    registry.requests
      .filter(({ method, path }) => method === "GET" && path.includes("/blobs/"))
      .map(({ path }) => path);
  await expect.poll(() => new Set(blobs()).size, { timeout: 30_000 }).toBeGreaterThanOrEqual(3 + 3 + 1);
  registry.release();
  const { task } = await running;
  expect(task.containers?.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
  const asked = blobs();
  expect(asked.length).toBe(new Set(asked).size);
});
