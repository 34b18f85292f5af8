import { randomBytes } from "node:crypto";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateRepositoryCommand, DescribeImagesCommand, ECRClient } from "@aws-sdk/client-ecr";
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient, PutUserPolicyCommand } from "@aws-sdk/client-iam";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildah, type ContainerClient, podman, startDocker } from "./support/container-clients.ts";
import { createInstance, type FleetlessInstance, runWith } from "./support/instance.ts";
import { registryOf } from "./support/push-image.ts";
import { Tasks } from "./support/tasks.ts";

let instance: FleetlessInstance;
let tasks: Tasks;
let ecr: ECRClient;
let rootPassword: string;
const clients = new Map<string, ContainerClient>();
/** More than a client sends, or the registry writes, at once. */
const fillerBytes = 3 * 1024 * 1024;
const names = ["docker", "buildah", "podman"] as const;

const client = (name: string): ContainerClient => {
  const found = clients.get(name);
  if (found === undefined) throw new Error(`${name} is not there`);
  return found;
};
const reference = (path: string): string => `${registryOf(instance)}/${path}`;
const password = async (keys: NodeJS.ProcessEnv = {}): Promise<string> => {
  const environment = { ...instance.environment, ...keys };
  return (await runWith({ ...instance, environment }, "aws", ["ecr", "get-login-password"])).trim();
};

/** A directory to build an image from: busybox, and a file of its own that is large enough for several chunks. */
const withContext = async <Result>(name: string, use: (directory: string) => Promise<Result>): Promise<Result> => {
  const directory = mkdtempSync(join(tmpdir(), "fleetless-context-"));
  try {
    copyFileSync("/bin/busybox", join(directory, "busybox"));
    writeFileSync(join(directory, "filler"), randomBytes(fillerBytes));
    const lines = [
      "FROM scratch",
      "COPY busybox /bin/busybox",
      "COPY filler /filler",
      `CMD ["/bin/busybox","echo","built by ${name}"]`,
    ];
    writeFileSync(join(directory, "Dockerfile"), `${lines.join("\n")}\n`);
    return await use(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
};

beforeAll(async () => {
  instance = await createInstance();
  const [docker] = await Promise.all([startDocker(), instance.up()]);
  for (const each of [docker, buildah(), podman()]) clients.set(each.name, each);
  tasks = new Tasks(instance);
  await tasks.prepare();
  ecr = new ECRClient(instance.clientSettings);
  rootPassword = await password();
  for (const repositoryName of ["clients/app", "clients/other"]) {
    await ecr.send(new CreateRepositoryCommand({ repositoryName }));
  }
});

afterAll(async () => {
  for (const each of clients.values()) await each.close();
  await instance.purge();
});

describe.each(names)("%s", (name) => {
  const image = () => reference(`clients/app:${name}`);

  test("logs in with `aws ecr get-login-password`, builds and pushes", async () => {
    await client(name).login(registryOf(instance), rootPassword);
    await withContext(name, (directory) => client(name).build(directory, image()));
    await client(name).push(image());
    const imageIds = [{ imageTag: name }];
    const { imageDetails } = await ecr.send(new DescribeImagesCommand({ repositoryName: "clients/app", imageIds }));
    expect(imageDetails?.[0]?.imageSizeInBytes).toBeGreaterThan(fillerBytes);
  });

  test("is told when a repository or an image is not there", async () => {
    await client(name).tag(image(), reference("clients/none:1"));
    await expect(client(name).push(reference("clients/none:1"))).rejects.toThrow(
      "The repository with name 'clients/none' does not exist in the registry with id '123456789012'",
    );
    await expect(client(name).pull(reference("clients/app:none"))).rejects.toThrow(/manifest unknown/);
  });
});

test("each pulls what each of them pushed, and sees the digest that ECR tells", async () => {
  const { imageDetails } = await ecr.send(new DescribeImagesCommand({ repositoryName: "clients/app" }));
  for (const { imageTags, imageDigest } of imageDetails ?? []) {
    const image = reference(`clients/app:${imageTags?.[0]}`);
    const digests = await Promise.all(names.map((name) => client(name).pull(image)));
    expect(digests, image).toEqual(names.map(() => imageDigest));
  }
  expect(imageDetails).toHaveLength(names.length);
});

test("tasks run what each of them pushed", async () => {
  const finished = await Promise.all(
    names.map((name) => tasks.finish(name, [{ name: "main", image: reference(`clients/app:${name}`) }])),
  );
  expect(finished.map(({ lines }) => lines)).toEqual(names.map((name) => [`built by ${name}`]));
});

test("a user who may only pull does not push, and nobody does either without a login", async () => {
  const iam = new IAMClient(instance.clientSettings);
  const UserName = `reader-${randomBytes(4).toString("hex")}`;
  await iam.send(new CreateUserCommand({ UserName }));
  const Action = ["ecr:GetAuthorizationToken", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];
  const PolicyDocument = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action, Resource: "*" }],
  });
  await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: "pull", PolicyDocument }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  const keys = { AWS_ACCESS_KEY_ID: AccessKey?.AccessKeyId, AWS_SECRET_ACCESS_KEY: AccessKey?.SecretAccessKey };
  const readers = await password(keys);
  for (const name of names) {
    await client(name).login(registryOf(instance), readers);
    expect(await client(name).pull(reference("clients/app:docker"))).toMatch(/^sha256:/);
    await client(name).tag(reference("clients/app:docker"), reference("clients/other:denied"));
    await expect(client(name).push(reference("clients/other:denied"))).rejects.toThrow(
      /user\/reader-\w+ is not authorized to perform: ecr:\w+ on resource: .*repository\/clients\/other/,
    );
    await client(name).logout(registryOf(instance));
    await expect(client(name).pull(reference("clients/app:podman"))).rejects.toThrow(/no basic auth|unauthorized/);
    await expect(client(name).login(registryOf(instance), "wrong")).rejects.toThrow(/401|invalid username/);
  }
});
