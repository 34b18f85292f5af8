import {
  CreateRepositoryCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  ListImagesCommand,
  SetRepositoryPolicyCommand,
} from "@aws-sdk/client-ecr";
import { ECSClient, ListClustersCommand, RegisterTaskDefinitionCommand } from "@aws-sdk/client-ecs";
import {
  CreateRoleCommand,
  GetUserCommand,
  IAMClient,
  ListRolesCommand,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { CreateKeyCommand, DecryptCommand, EncryptCommand, KMSClient, PutKeyPolicyCommand } from "@aws-sdk/client-kms";
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutResourcePolicyCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import {
  AssumeRoleCommand,
  type AssumeRoleCommandInput,
  GetAccessKeyInfoCommand,
  STSClient,
} from "@aws-sdk/client-sts";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type ServedControlPlane,
  serveControlPlane,
} from "../../packages/control-plane/src/testing/served-control-plane.ts";
import { makeUser } from "./support/users.ts";

const here = "123456789012";
const there = "210987654321";
let plane: ServedControlPlane;
let otherRoot: ServedControlPlane["clientSettings"];
/** Of the first account, where she may do anything. */
let alice: ServedControlPlane["clientSettings"];
/** Of the first account, where he may do nothing. */
let bob: ServedControlPlane["clientSettings"];

const document = (...Statement: object[]): string => JSON.stringify({ Version: "2012-10-17", Statement });
const anything = { Effect: "Allow", Action: "*", Resource: "*" };
const arnOf = (name: string): string => `arn:aws:iam::${here}:user/${name}`;

beforeAll(async () => {
  plane = await serveControlPlane();
  const { accountId } = await plane.controlPlane.accounts.create(there);
  const key = await plane.controlPlane.accounts.rootAccessKey(accountId);
  if (key === undefined) throw new Error("The account has no root key");
  otherRoot = { ...plane.clientSettings, credentials: key };
  alice = await makeUser(plane, "alice", { Version: "2012-10-17", Statement: [anything] });
  bob = await makeUser(plane, "bob");
});

afterAll(() => plane.close());

test("an account has a root user, a cluster and identities of its own, and is made once", async () => {
  const key = otherRoot.credentials.accessKeyId;
  const { User } = await new IAMClient(otherRoot).send(new GetUserCommand({}));
  expect(User?.Arn).toBe(`arn:aws:iam::${there}:root`);
  await expect(new STSClient(alice).send(new GetAccessKeyInfoCommand({ AccessKeyId: key }))).resolves.toMatchObject({
    Account: there,
  });
  const { clusterArns } = await new ECSClient(otherRoot).send(new ListClustersCommand({}));
  expect(clusterArns).toEqual([`arn:aws:ecs:us-east-1:${there}:cluster/default`]);
  expect((await plane.controlPlane.accounts.list()).map(({ accountId }) => accountId)).toEqual([here, there]);
  await expect(plane.controlPlane.accounts.create(there)).rejects.toThrow("There is an account 210987654321 already");
  await expect(plane.controlPlane.accounts.create("1")).rejects.toThrow("12 digits");
  const wrong = { ...otherRoot, credentials: { accessKeyId: key, secretAccessKey: "wrong" } };
  await expect(new IAMClient(wrong).send(new ListRolesCommand({}))).rejects.toMatchObject({
    name: "SignatureDoesNotMatch",
  });
});

test("a role is assumed from another account, where both sides allow it, with its external id and tags", async () => {
  const RoleArn = `arn:aws:iam::${there}:role/partner`;
  const iam = new IAMClient(otherRoot);
  await iam.send(
    new CreateRoleCommand({
      RoleName: "partner",
      AssumeRolePolicyDocument: document({
        Effect: "Allow",
        Principal: { AWS: `arn:aws:iam::${here}:root` },
        Action: ["sts:AssumeRole", "sts:TagSession"],
        Condition: {
          StringEquals: { "sts:ExternalId": "agreed" },
          StringEqualsIfExists: { "aws:RequestTag/team": "blue" },
        },
      }),
    }),
  );
  await iam.send(
    new PutRolePolicyCommand({
      RoleName: "partner",
      PolicyName: "by-team",
      PolicyDocument: document({
        Effect: "Allow",
        Action: "secretsmanager:CreateSecret",
        Resource: "*",
        Condition: { StringEquals: { "aws:PrincipalTag/team": "blue", "aws:PrincipalAccount": there } },
      }),
    }),
  );
  const assume = (caller: ServedControlPlane["clientSettings"], more: Partial<AssumeRoleCommandInput>) =>
    new STSClient(caller).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "visit", ...more }));
  const denied = { name: "AccessDenied" };
  await expect(assume(alice, {})).rejects.toMatchObject(denied);
  await expect(assume(alice, { ExternalId: "guessed" })).rejects.toMatchObject(denied);
  await expect(assume(bob, { ExternalId: "agreed" })).rejects.toMatchObject(denied);
  await expect(assume(alice, { ExternalId: "agreed", Tags: [{ Key: "team", Value: "red" }] })).rejects.toMatchObject(
    denied,
  );

  const untagged = await assume(alice, { ExternalId: "agreed" });
  const tagged = await assume(alice, { ExternalId: "agreed", Tags: [{ Key: "team", Value: "blue" }] });
  expect(tagged.AssumedRoleUser?.Arn).toBe(`arn:aws:sts::${there}:assumed-role/partner/visit`);
  const secretsOf = ({ Credentials }: typeof tagged) =>
    new SecretsManagerClient({
      ...plane.clientSettings,
      credentials: {
        accessKeyId: Credentials?.AccessKeyId ?? "",
        secretAccessKey: Credentials?.SecretAccessKey ?? "",
        sessionToken: Credentials?.SessionToken ?? "",
      },
    });
  await expect(
    secretsOf(untagged).send(new CreateSecretCommand({ Name: "no", SecretString: "-" })),
  ).rejects.toMatchObject({ name: "AccessDeniedException" });
  const { ARN } = await secretsOf(tagged).send(new CreateSecretCommand({ Name: "yes", SecretString: "-" }));
  expect(ARN).toContain(`:${there}:secret:yes-`);
});

test("a key and a secret let another account's user in by policy, who needs leave at home too", async () => {
  const kms = new KMSClient(otherRoot);
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  const KeyId = KeyMetadata?.Arn ?? "";
  const secrets = new SecretsManagerClient(otherRoot);
  const { ARN } = await secrets.send(new CreateSecretCommand({ Name: "shared", SecretString: "s", KmsKeyId: KeyId }));
  const read = (caller: ServedControlPlane["clientSettings"]) =>
    new SecretsManagerClient(caller).send(new GetSecretValueCommand({ SecretId: ARN }));
  const denied = { name: "AccessDeniedException" };
  await expect(read(alice)).rejects.toMatchObject(denied);

  const both = { AWS: [arnOf("alice"), arnOf("bob")] };
  const ResourcePolicy = document({
    Effect: "Allow",
    Principal: both,
    Action: "secretsmanager:GetSecretValue",
    Resource: "*",
  });
  await secrets.send(new PutResourcePolicyCommand({ SecretId: ARN, ResourcePolicy }));
  // The secret's key is another account's as well.
  await expect(read(alice)).rejects.toMatchObject({ ...denied, message: "Access to KMS is not allowed" });
  const Policy = document(
    { Effect: "Allow", Principal: { AWS: `arn:aws:iam::${there}:root` }, Action: "kms:*", Resource: "*" },
    { Effect: "Allow", Principal: both, Action: ["kms:Decrypt", "kms:Encrypt"], Resource: "*" },
  );
  await kms.send(new PutKeyPolicyCommand({ KeyId, PolicyName: "default", Policy }));
  await expect(read(alice)).resolves.toMatchObject({ SecretString: "s" });
  await expect(read(bob)).rejects.toMatchObject(denied);

  const visitor = new KMSClient(alice);
  const { CiphertextBlob } = await visitor.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from("text") }));
  const { Plaintext } = await kms.send(new DecryptCommand({ CiphertextBlob }));
  expect(Buffer.from(Plaintext ?? []).toString()).toBe("text");
  // The ciphertext says whose key it is under.
  const { KeyId: used } = await visitor.send(new DecryptCommand({ CiphertextBlob }));
  expect(used).toBe(KeyId);
  for (const named of [{ KeyId }, {}]) {
    const decrypt = new DecryptCommand({ CiphertextBlob, ...named });
    await expect(new KMSClient(bob).send(decrypt)).rejects.toMatchObject(denied);
  }
});

test("a secret under the service's own key is never another account's to read", async () => {
  const secrets = new SecretsManagerClient(otherRoot);
  const { ARN } = await secrets.send(new CreateSecretCommand({ Name: "at-home", SecretString: "s" }));
  const ResourcePolicy = document({
    Effect: "Allow",
    Principal: { AWS: arnOf("alice") },
    Action: "secretsmanager:GetSecretValue",
    Resource: "*",
  });
  await secrets.send(new PutResourcePolicyCommand({ SecretId: ARN, ResourcePolicy }));
  await expect(
    new SecretsManagerClient(alice).send(new GetSecretValueCommand({ SecretId: ARN })),
  ).rejects.toMatchObject({ name: "InvalidRequestException" });
});

test("a repository lets another account in by policy", async () => {
  const ecr = new ECRClient(otherRoot);
  await ecr.send(new CreateRepositoryCommand({ repositoryName: "shared/web" }));
  const list = (caller: ServedControlPlane["clientSettings"]) =>
    new ECRClient(caller).send(new ListImagesCommand({ registryId: there, repositoryName: "shared/web" }));
  const denied = { name: "AccessDeniedException" };
  await expect(list(alice)).rejects.toMatchObject(denied);
  await ecr.send(
    new SetRepositoryPolicyCommand({
      repositoryName: "shared/web",
      policyText: document({ Effect: "Allow", Principal: { AWS: here }, Action: "ecr:ListImages" }),
    }),
  );
  await expect(list(alice)).resolves.toMatchObject({ imageIds: [] });
  await expect(list(bob)).rejects.toMatchObject(denied);
  const own = await new ECRClient(alice).send(new DescribeRepositoriesCommand({}));
  expect(own.repositories).toEqual([]);
});

test("nobody's root user passes a role of another account to tasks", async () => {
  await new IAMClient(otherRoot).send(
    new CreateRoleCommand({
      RoleName: "tasks",
      AssumeRolePolicyDocument: document({
        Effect: "Allow",
        Principal: { Service: "ecs-tasks.amazonaws.com" },
        Action: "sts:AssumeRole",
      }),
    }),
  );
  const register = new RegisterTaskDefinitionCommand({
    family: "thief",
    requiresCompatibilities: ["FARGATE"],
    networkMode: "awsvpc",
    cpu: "256",
    memory: "512",
    taskRoleArn: `arn:aws:iam::${there}:role/tasks`,
    containerDefinitions: [{ name: "main", image: "busybox" }],
  });
  for (const caller of [plane.clientSettings, alice]) {
    await expect(new ECSClient(caller).send(register)).rejects.toMatchObject({ name: /AccessDenied|ClientException/ });
  }
});
