import { CreateKeyCommand, KMSClient, PutKeyPolicyCommand } from "@aws-sdk/client-kms";
import {
  BatchGetSecretValueCommand,
  CreateSecretCommand,
  DeleteResourcePolicyCommand,
  DescribeSecretCommand,
  GetResourcePolicyCommand,
  GetSecretValueCommand,
  PutResourcePolicyCommand,
  SecretsManagerClient,
  ValidateResourcePolicyCommand,
} from "@aws-sdk/client-secrets-manager";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type ServedControlPlane,
  serveControlPlane,
} from "../../packages/control-plane/src/testing/served-control-plane.ts";
import { makeUser } from "./support/users.ts";

const account = "123456789012";
let plane: ServedControlPlane;
let root: SecretsManagerClient;
let alice: SecretsManagerClient;
let bob: SecretsManagerClient;

const user = (name: string): string => `arn:aws:iam::${account}:user/${name}`;
const policy = (...Statement: object[]): string => JSON.stringify({ Version: "2012-10-17", Statement });
const get = (client: SecretsManagerClient, SecretId: string) => client.send(new GetSecretValueCommand({ SecretId }));

beforeAll(async () => {
  plane = await serveControlPlane();
  root = new SecretsManagerClient(plane.clientSettings);
  alice = new SecretsManagerClient(
    await makeUser(plane, "alice", {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: "secretsmanager:GetSecretValue",
          Resource: "arn:aws:secretsmanager:*:*:secret:hers-*",
        },
        { Effect: "Allow", Action: "secretsmanager:BatchGetSecretValue", Resource: "*" },
        {
          Effect: "Allow",
          Action: "secretsmanager:DescribeSecret",
          Resource: "*",
          Condition: { StringEquals: { "aws:ResourceTag/team": "blue" } },
        },
      ],
    }),
  );
  bob = new SecretsManagerClient(await makeUser(plane, "bob"));
});

afterAll(() => plane.close());

test("IAM decides, by name and by tag", async () => {
  const hers = await root.send(
    new CreateSecretCommand({ Name: "hers", SecretString: "1", Tags: [{ Key: "team", Value: "blue" }] }),
  );
  const other = await root.send(new CreateSecretCommand({ Name: "others", SecretString: "2" }));
  await expect(get(alice, "hers")).resolves.toMatchObject({ SecretString: "1" });
  await expect(get(alice, "others")).rejects.toMatchObject({
    name: "AccessDeniedException",
    message: `User: ${user("alice")} is not authorized to perform: secretsmanager:GetSecretValue on resource: ${other.ARN} because no identity-based policy allows the secretsmanager:GetSecretValue action`,
  });
  await expect(alice.send(new DescribeSecretCommand({ SecretId: "hers" }))).resolves.toMatchObject({ ARN: hers.ARN });
  await expect(alice.send(new DescribeSecretCommand({ SecretId: "others" }))).rejects.toThrow("not authorized");
  const batch = await alice.send(new BatchGetSecretValueCommand({ SecretIdList: ["hers", "others"] }));
  expect(batch.SecretValues).toHaveLength(1);
  expect(batch.Errors).toMatchObject([{ SecretId: "others", ErrorCode: "AccessDeniedException" }]);
});

test("a secret's own policy lets in and keeps out", async () => {
  const { ARN } = await root.send(new CreateSecretCommand({ Name: "shared", SecretString: "s" }));
  const SecretId = "shared";
  await expect(get(bob, SecretId)).rejects.toThrow("not authorized");
  const allowBob = {
    Effect: "Allow",
    Principal: { AWS: user("bob") },
    Action: "secretsmanager:GetSecretValue",
    Resource: "*",
  };
  await root.send(new PutResourcePolicyCommand({ SecretId, ResourcePolicy: policy(allowBob) }));
  await expect(get(bob, SecretId)).resolves.toMatchObject({ ARN, SecretString: "s" });
  const read = await root.send(new GetResourcePolicyCommand({ SecretId }));
  expect(JSON.parse(read.ResourcePolicy ?? "")).toEqual(JSON.parse(policy(allowBob)));
  const denyBob = { ...allowBob, Sid: "never", Effect: "Deny" };
  await root.send(new PutResourcePolicyCommand({ SecretId, ResourcePolicy: policy(allowBob, denyBob) }));
  await expect(get(bob, SecretId)).rejects.toThrow("with an explicit deny in a resource-based policy");
  await root.send(new DeleteResourcePolicyCommand({ SecretId }));
  await expect(get(bob, SecretId)).rejects.toThrow("not authorized");
  const everybody = policy({ ...allowBob, Principal: "*" });
  await expect(
    root.send(new PutResourcePolicyCommand({ SecretId, ResourcePolicy: everybody, BlockPublicPolicy: true })),
  ).rejects.toMatchObject({ name: "PublicPolicyException" });
  await expect(root.send(new PutResourcePolicyCommand({ SecretId, ResourcePolicy: "{" }))).rejects.toMatchObject({
    name: "MalformedPolicyDocumentException",
  });
  const validate = async (ResourcePolicy: string) =>
    root.send(new ValidateResourcePolicyCommand({ SecretId, ResourcePolicy }));
  await expect(validate(policy(allowBob))).resolves.toMatchObject({ PolicyValidationPassed: true });
  await expect(validate(everybody)).resolves.toMatchObject({
    PolicyValidationPassed: false,
    ValidationErrors: [{ CheckName: "PUBLIC_POLICY" }],
  });
  await expect(validate("{")).resolves.toMatchObject({ PolicyValidationPassed: false });
});

test("the key of a secret must let the reader decrypt, and may demand that it be through Secrets Manager", async () => {
  const kms = new KMSClient(plane.clientSettings);
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  const KeyId = KeyMetadata?.Arn ?? "";
  await root.send(new CreateSecretCommand({ Name: "hers-2", SecretString: "k", KmsKeyId: KeyId }));
  await expect(get(alice, "hers-2")).rejects.toMatchObject({
    name: "AccessDeniedException",
    message: "Access to KMS is not allowed",
  });
  const owner = { Effect: "Allow", Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: "kms:*", Resource: "*" };
  const through = (service: string): string =>
    policy(owner, {
      Effect: "Allow",
      Principal: { AWS: user("alice") },
      Action: "kms:Decrypt",
      Resource: "*",
      Condition: { StringEquals: { "kms:ViaService": `${service}.us-east-1.amazonaws.com` } },
    });
  await kms.send(new PutKeyPolicyCommand({ KeyId, Policy: through("ssm") }));
  await expect(get(alice, "hers-2")).rejects.toThrow("Access to KMS is not allowed");
  await kms.send(new PutKeyPolicyCommand({ KeyId, Policy: through("secretsmanager") }));
  await expect(get(alice, "hers-2")).resolves.toMatchObject({ SecretString: "k" });
});
