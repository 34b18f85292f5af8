import { CreateKeyCommand, DisableKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import {
  BatchGetSecretValueCommand,
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetRandomPasswordCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  ReplicateSecretToRegionsCommand,
  RestoreSecretCommand,
  RotateSecretCommand,
  SecretsManagerClient,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateSecretCommand,
  UpdateSecretVersionStageCommand,
} from "@aws-sdk/client-secrets-manager";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type ServedControlPlane,
  serveControlPlane,
} from "../../packages/control-plane/src/testing/served-control-plane.ts";

let plane: ServedControlPlane;
let client: SecretsManagerClient;
let kms: KMSClient;

beforeAll(async () => {
  plane = await serveControlPlane();
  client = new SecretsManagerClient(plane.clientSettings);
  kms = new KMSClient(plane.clientSettings);
});

afterAll(() => plane.close());

const value = async (SecretId: string, rest: { VersionId?: string; VersionStage?: string } = {}) =>
  (await client.send(new GetSecretValueCommand({ SecretId, ...rest }))).SecretString;

const cannotFind = {
  name: "ResourceNotFoundException",
  message: "Secrets Manager can't find the specified secret.",
};

test("a secret is found by its name, its ARN, and its ARN without the six characters", async () => {
  const Name = "app/db-creds-prod";
  const { ARN = "" } = await client.send(
    new CreateSecretCommand({ Name, SecretString: "s3cret", Description: "for the database" }),
  );
  expect(ARN).toMatch(/^arn:aws:secretsmanager:us-east-1:123456789012:secret:app\/db-creds-prod-[A-Za-z0-9]{6}$/);
  for (const id of [Name, ARN, ARN.slice(0, -7)]) await expect(value(id)).resolves.toBe("s3cret");
  await expect(value(`${ARN.slice(0, -6)}aaaaaa`)).rejects.toMatchObject(cannotFind);
  await expect(value("app/db")).rejects.toMatchObject(cannotFind);
  const described = await client.send(new DescribeSecretCommand({ SecretId: Name }));
  expect(described).toMatchObject({ ARN, Name, Description: "for the database" });
  expect(described.LastAccessedDate?.getUTCHours()).toBe(0);
  await expect(client.send(new CreateSecretCommand({ Name, SecretString: "x" }))).rejects.toMatchObject({
    name: "ResourceExistsException",
    message: `The operation failed because the secret ${Name} already exists.`,
  });
});

test("bytes come back as they were", async () => {
  const SecretBinary = Uint8Array.from({ length: 300 }, (_, index) => index % 256);
  await client.send(new CreateSecretCommand({ Name: "bytes", SecretBinary }));
  const read = await client.send(new GetSecretValueCommand({ SecretId: "bytes" }));
  expect(read.SecretBinary).toEqual(SecretBinary);
  expect(read.SecretString).toBeUndefined();
  await expect(
    client.send(new CreateSecretCommand({ Name: "both", SecretBinary, SecretString: "x" })),
  ).rejects.toMatchObject({ name: "InvalidParameterException" });
  await expect(
    client.send(new CreateSecretCommand({ Name: "long", SecretString: "x".repeat(65_537) })),
  ).rejects.toMatchObject({ name: "InvalidParameterException" });
  await client.send(new CreateSecretCommand({ Name: "empty" }));
  await expect(value("empty")).rejects.toMatchObject({
    message: "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
  });
});

describe("versions", () => {
  test("stages move from one to the next", async () => {
    const Name = "staged";
    const first = await client.send(new CreateSecretCommand({ Name, SecretString: "one" }));
    const second = await client.send(new PutSecretValueCommand({ SecretId: Name, SecretString: "two" }));
    expect(second.VersionStages).toEqual(["AWSCURRENT"]);
    await expect(value(Name)).resolves.toBe("two");
    await expect(value(Name, { VersionStage: "AWSPREVIOUS" })).resolves.toBe("one");
    await expect(value(Name, { VersionId: first.VersionId ?? "" })).resolves.toBe("one");
    await expect(value(Name, { VersionId: first.VersionId ?? "", VersionStage: "AWSCURRENT" })).rejects.toMatchObject({
      name: "InvalidRequestException",
      message: "You provided a VersionStage that is not associated to the provided VersionId.",
    });
    const third = await client.send(
      new PutSecretValueCommand({ SecretId: Name, SecretString: "three", VersionStages: ["AWSPENDING", "mine"] }),
    );
    await expect(value(Name)).resolves.toBe("two");
    await expect(value(Name, { VersionStage: "mine" })).resolves.toBe("three");
    const move = { SecretId: Name, VersionStage: "AWSCURRENT", MoveToVersionId: third.VersionId };
    await expect(client.send(new UpdateSecretVersionStageCommand(move))).rejects.toThrow(
      `Staging label AWSCURRENT is currently attached to version ${second.VersionId}`,
    );
    await client.send(new UpdateSecretVersionStageCommand({ ...move, RemoveFromVersionId: second.VersionId }));
    await expect(value(Name)).resolves.toBe("three");
    await expect(value(Name, { VersionStage: "AWSPREVIOUS" })).resolves.toBe("two");
    const { VersionIdsToStages } = await client.send(new DescribeSecretCommand({ SecretId: Name }));
    expect(VersionIdsToStages?.[third.VersionId ?? ""]?.toSorted()).toEqual(["AWSCURRENT", "AWSPENDING", "mine"]);
    expect(VersionIdsToStages).not.toHaveProperty(first.VersionId ?? "");
    const listed = await client.send(new ListSecretVersionIdsCommand({ SecretId: Name }));
    expect(listed.Versions).toHaveLength(2);
    const all = await client.send(new ListSecretVersionIdsCommand({ SecretId: Name, IncludeDeprecated: true }));
    expect(all.Versions).toHaveLength(3);
    await expect(
      client.send(
        new UpdateSecretVersionStageCommand({
          SecretId: Name,
          VersionStage: "AWSCURRENT",
          RemoveFromVersionId: third.VersionId,
        }),
      ),
    ).rejects.toThrow("You can only move staging label AWSCURRENT to a different secret version.");
  });

  test("a token makes a call repeatable, with the same value only", async () => {
    const ClientRequestToken = "11111111-2222-3333-4444-555555555555";
    const Name = "repeated";
    const create = () => client.send(new CreateSecretCommand({ Name, SecretString: "a", ClientRequestToken }));
    const [one, other] = [await create(), await create()];
    expect(other).toMatchObject({ ARN: one.ARN, VersionId: ClientRequestToken });
    const put = (SecretString: string) =>
      client.send(new PutSecretValueCommand({ SecretId: Name, SecretString, ClientRequestToken }));
    await expect(put("a")).resolves.toMatchObject({ VersionStages: ["AWSCURRENT"] });
    await expect(put("b")).rejects.toMatchObject({ name: "ResourceExistsException" });
    await client.send(new UpdateSecretCommand({ SecretId: Name, SecretString: "c", Description: "new" }));
    await expect(value(Name)).resolves.toBe("c");
    expect((await client.send(new DescribeSecretCommand({ SecretId: Name }))).Description).toBe("new");
  });

  test("the oldest without a stage are forgotten beyond a hundred", async () => {
    await client.send(new CreateSecretCommand({ Name: "many", SecretString: "0" }));
    for (let number = 1; number <= 103; number += 1) {
      await client.send(new PutSecretValueCommand({ SecretId: "many", SecretString: String(number) }));
    }
    const { Versions } = await client.send(
      new ListSecretVersionIdsCommand({ SecretId: "many", IncludeDeprecated: true, MaxResults: 100 }),
    );
    expect(Versions).toHaveLength(100);
    await expect(value("many")).resolves.toBe("103");
  });
});

test("a deleted secret rests for its recovery window, and comes back", async () => {
  const Name = "resting";
  await client.send(new CreateSecretCommand({ Name, SecretString: "x" }));
  await expect(client.send(new DeleteSecretCommand({ SecretId: Name, RecoveryWindowInDays: 3 }))).rejects.toThrow(
    "The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).",
  );
  await client.send(new DeleteSecretCommand({ SecretId: Name, RecoveryWindowInDays: 7 }));
  await expect(value(Name)).rejects.toMatchObject({
    name: "InvalidRequestException",
    message: "You can't perform this operation on the secret because it was marked for deletion.",
  });
  await expect(client.send(new CreateSecretCommand({ Name, SecretString: "x" }))).rejects.toMatchObject({
    name: "InvalidRequestException",
    message: "You can't create this secret because a secret with this name is already scheduled for deletion.",
  });
  const hidden = await client.send(new ListSecretsCommand({ Filters: [{ Key: "name", Values: [Name] }] }));
  expect(hidden.SecretList).toEqual([]);
  await client.send(new RestoreSecretCommand({ SecretId: Name }));
  await expect(value(Name)).resolves.toBe("x");
  await client.send(new DeleteSecretCommand({ SecretId: Name, ForceDeleteWithoutRecovery: true }));
  await expect(value(Name)).rejects.toMatchObject(cannotFind);
  const again = await client.send(new CreateSecretCommand({ Name }));
  await expect(value(again.ARN ?? "")).rejects.toThrow("for staging label: AWSCURRENT");
});

test("secrets are filtered, sorted, paged, tagged and read in batches", async () => {
  for (const name of ["team/a", "team/b", "team/c"]) {
    await client.send(
      new CreateSecretCommand({ Name: name, SecretString: name, Tags: [{ Key: "owner", Value: name.slice(-1) }] }),
    );
  }
  const names = async (Filters: { Key: "name" | "tag-value" | "tag-key" | "all"; Values: string[] }[]) =>
    (await client.send(new ListSecretsCommand({ Filters, SortBy: "name", SortOrder: "asc" }))).SecretList?.map(
      ({ Name }) => Name,
    );
  await expect(names([{ Key: "name", Values: ["team/"] }])).resolves.toEqual(["team/a", "team/b", "team/c"]);
  await expect(names([{ Key: "name", Values: ["team/", "!team/b"] }])).resolves.toEqual(["team/a", "team/c"]);
  await expect(
    names([
      { Key: "tag-key", Values: ["owner"] },
      { Key: "tag-value", Values: ["b", "c"] },
    ]),
  ).resolves.toEqual(["team/b", "team/c"]);
  const first = await client.send(
    new ListSecretsCommand({ MaxResults: 1, Filters: [{ Key: "all", Values: ["TEAM"] }] }),
  );
  expect(first.NextToken).toBeTruthy();
  const batch = await client.send(new BatchGetSecretValueCommand({ SecretIdList: ["team/a", "nothing", "team/c"] }));
  expect(batch.SecretValues?.map(({ SecretString }) => SecretString)).toEqual(["team/a", "team/c"]);
  expect(batch.Errors).toMatchObject([{ SecretId: "nothing", ErrorCode: "ResourceNotFoundException" }]);
  const filtered = await client.send(
    new BatchGetSecretValueCommand({ Filters: [{ Key: "name", Values: ["team/"] }], MaxResults: 2 }),
  );
  expect(filtered.SecretValues).toHaveLength(2);
  expect(filtered.NextToken).toBeTruthy();
  await client.send(new TagResourceCommand({ SecretId: "team/a", Tags: [{ Key: "x", Value: "y" }] }));
  await client.send(new UntagResourceCommand({ SecretId: "team/a", TagKeys: ["owner"] }));
  const { Tags } = await client.send(new DescribeSecretCommand({ SecretId: "team/a" }));
  expect(Tags).toEqual([{ Key: "x", Value: "y" }]);
  const twice = [
    { Key: "z", Value: "1" },
    { Key: "z", Value: "2" },
  ];
  await expect(client.send(new TagResourceCommand({ SecretId: "team/a", Tags: twice }))).rejects.toMatchObject({
    name: "InvalidParameterException",
  });
});

test("its own key protects it, and no other way leads to the value", async () => {
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  const KmsKeyId = KeyMetadata?.Arn ?? "";
  await client.send(new CreateSecretCommand({ Name: "keyed", SecretString: "x", KmsKeyId }));
  const listed = await client.send(new ListSecretVersionIdsCommand({ SecretId: "keyed" }));
  expect(listed.Versions?.[0]?.KmsKeyIds).toEqual([KmsKeyId]);
  await kms.send(new DisableKeyCommand({ KeyId: KmsKeyId }));
  await expect(value("keyed")).rejects.toMatchObject({ name: "DecryptionFailure" });
  await expect(client.send(new PutSecretValueCommand({ SecretId: "keyed", SecretString: "y" }))).rejects.toMatchObject({
    name: "EncryptionFailure",
  });
  await client.send(new CreateSecretCommand({ Name: "moved", SecretString: "z" }));
  const other = await kms.send(new CreateKeyCommand({}));
  await client.send(new UpdateSecretCommand({ SecretId: "moved", KmsKeyId: other.KeyMetadata?.Arn }));
  await expect(value("moved")).resolves.toBe("z");
  await kms.send(new DisableKeyCommand({ KeyId: other.KeyMetadata?.Arn }));
  await expect(value("moved")).rejects.toMatchObject({ name: "DecryptionFailure" });
});

test("schedules and replicas are kept, and said to be no more than that", async () => {
  const SecretId = "rotating";
  await client.send(new CreateSecretCommand({ Name: SecretId, SecretString: "x" }));
  await expect(client.send(new RotateSecretCommand({ SecretId }))).rejects.toThrow(
    "No Lambda rotation function ARN is associated with this secret.",
  );
  const RotationLambdaARN = "arn:aws:lambda:us-east-1:123456789012:function:rotate";
  const RotationRules = { AutomaticallyAfterDays: 30 };
  await expect(client.send(new RotateSecretCommand({ SecretId, RotationLambdaARN, RotationRules }))).rejects.toThrow(
    "Fleetless does not run rotation functions yet.",
  );
  await client.send(new RotateSecretCommand({ SecretId, RotationLambdaARN, RotationRules, RotateImmediately: false }));
  await client.send(new ReplicateSecretToRegionsCommand({ SecretId, AddReplicaRegions: [{ Region: "eu-west-1" }] }));
  const described = await client.send(new DescribeSecretCommand({ SecretId }));
  expect(described).toMatchObject({ RotationEnabled: true, RotationLambdaARN, RotationRules });
  expect(described.ReplicationStatus).toMatchObject([
    { Region: "eu-west-1", StatusMessage: expect.stringContaining("does not copy") },
  ]);
});

test("passwords are as long and as mixed as asked", async () => {
  const password = async (input: object): Promise<string> =>
    (await client.send(new GetRandomPasswordCommand(input))).RandomPassword ?? "";
  const usual = await password({});
  expect(usual).toHaveLength(32);
  for (const kind of [/[a-z]/, /[A-Z]/, /[0-9]/, /[^A-Za-z0-9]/]) expect(usual).toMatch(kind);
  const plain = await password({ PasswordLength: 300, ExcludePunctuation: true, ExcludeCharacters: "abc019" });
  expect(plain).toMatch(/^[d-zA-Z2-8]{300}$/);
  await expect(password({ PasswordLength: 3 })).rejects.toMatchObject({ name: "InvalidParameterException" });
});
