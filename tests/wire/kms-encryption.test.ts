import {
  CancelKeyDeletionCommand,
  CreateAliasCommand,
  CreateKeyCommand,
  type CreateKeyCommandInput,
  DecryptCommand,
  DeleteAliasCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  EnableKeyRotationCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GenerateDataKeyPairCommand,
  GenerateDataKeyWithoutPlaintextCommand,
  GenerateRandomCommand,
  GetKeyRotationStatusCommand,
  KMSClient,
  ListAliasesCommand,
  ListKeyRotationsCommand,
  ListKeysCommand,
  ListResourceTagsCommand,
  ReEncryptCommand,
  RotateKeyOnDemandCommand,
  ScheduleKeyDeletionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateAliasCommand,
} from "@aws-sdk/client-kms";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type ServedControlPlane,
  serveControlPlane,
} from "../../packages/control-plane/src/testing/served-control-plane.ts";

const account = "123456789012";
let plane: ServedControlPlane;
let kms: KMSClient;
const bytes = (text: string): Uint8Array => Buffer.from(text);
const blobOf = (blob: Uint8Array | undefined): Uint8Array => blob ?? new Uint8Array();
const keyId = async (input: CreateKeyCommandInput = {}): Promise<string> => {
  const { KeyMetadata } = await kms.send(new CreateKeyCommand(input));
  return KeyMetadata?.KeyId ?? "";
};

beforeAll(async () => {
  plane = await serveControlPlane();
  kms = new KMSClient(plane.clientSettings);
});

afterAll(() => plane.close());

describe("symmetric keys", () => {
  test("encrypt and decrypt, bound to their context", async () => {
    const KeyId = await keyId({ Description: "mine", Tags: [{ TagKey: "a", TagValue: "b" }] });
    const EncryptionContext = { service: "web", stage: "test" };
    const { CiphertextBlob } = await kms.send(
      new EncryptCommand({ KeyId, Plaintext: bytes("attack at dawn"), EncryptionContext }),
    );
    expect(Buffer.from(blobOf(CiphertextBlob)).includes("attack")).toBe(false);
    const decrypted = await kms.send(
      new DecryptCommand({ CiphertextBlob, EncryptionContext: { stage: "test", service: "web" } }),
    );
    expect(Buffer.from(blobOf(decrypted.Plaintext)).toString()).toBe("attack at dawn");
    expect(decrypted.KeyId).toBe(`arn:aws:kms:us-east-1:${account}:key/${KeyId}`);
    for (const wrong of [undefined, { service: "web" }, { ...EncryptionContext, stage: "live" }]) {
      await expect(kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext: wrong }))).rejects.toMatchObject({
        name: "InvalidCiphertextException",
      });
    }
    for (const at of [0, 3, 45, 60, blobOf(CiphertextBlob).length - 1]) {
      const changed = Buffer.from(blobOf(CiphertextBlob));
      changed[at] = (changed[at] ?? 0) ^ 1;
      await expect(kms.send(new DecryptCommand({ CiphertextBlob: changed, EncryptionContext }))).rejects.toMatchObject({
        name: expect.stringMatching(/InvalidCiphertextException|NotFoundException|AccessDenied/),
      });
    }
    const other = await keyId();
    await expect(
      kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext, KeyId: other })),
    ).rejects.toMatchObject({ name: "IncorrectKeyException" });
    await expect(kms.send(new EncryptCommand({ KeyId, Plaintext: new Uint8Array(4097) }))).rejects.toMatchObject({
      name: "ValidationException",
    });
  });

  test("re-encrypt, make data keys and key pairs, and random bytes", async () => {
    const [from, to] = [await keyId(), await keyId()];
    const first = await kms.send(new EncryptCommand({ KeyId: from, Plaintext: bytes("x") }));
    const again = await kms.send(
      new ReEncryptCommand({
        CiphertextBlob: first.CiphertextBlob,
        DestinationKeyId: to,
        DestinationEncryptionContext: { a: "b" },
      }),
    );
    expect(again.SourceKeyId).toContain(from);
    const opened = await kms.send(
      new DecryptCommand({ CiphertextBlob: again.CiphertextBlob, KeyId: to, EncryptionContext: { a: "b" } }),
    );
    expect(Buffer.from(blobOf(opened.Plaintext)).toString()).toBe("x");

    const data = await kms.send(new GenerateDataKeyCommand({ KeyId: from, KeySpec: "AES_256" }));
    expect(data.Plaintext).toHaveLength(32);
    const unwrapped = await kms.send(new DecryptCommand({ CiphertextBlob: data.CiphertextBlob }));
    expect(unwrapped.Plaintext).toEqual(data.Plaintext);
    const without = await kms.send(new GenerateDataKeyWithoutPlaintextCommand({ KeyId: from, NumberOfBytes: 24 }));
    expect((await kms.send(new DecryptCommand({ CiphertextBlob: without.CiphertextBlob }))).Plaintext).toHaveLength(24);
    await expect(kms.send(new GenerateDataKeyCommand({ KeyId: from }))).rejects.toThrow(
      "Please specify either number of bytes or key spec.",
    );
    const pair = await kms.send(new GenerateDataKeyPairCommand({ KeyId: from, KeyPairSpec: "ECC_NIST_P256" }));
    const opened2 = await kms.send(new DecryptCommand({ CiphertextBlob: pair.PrivateKeyCiphertextBlob }));
    expect(opened2.Plaintext).toEqual(pair.PrivateKeyPlaintext);
    expect((await kms.send(new GenerateRandomCommand({ NumberOfBytes: 33 }))).Plaintext).toHaveLength(33);
  });

  test("rotate, and older ciphertexts still decrypt", async () => {
    const KeyId = await keyId();
    const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId, Plaintext: bytes("old") }));
    await kms.send(new EnableKeyRotationCommand({ KeyId, RotationPeriodInDays: 90 }));
    const status = await kms.send(new GetKeyRotationStatusCommand({ KeyId }));
    expect(status).toMatchObject({ KeyRotationEnabled: true, RotationPeriodInDays: 90 });
    await kms.send(new RotateKeyOnDemandCommand({ KeyId }));
    const newer = await kms.send(new EncryptCommand({ KeyId, Plaintext: bytes("new") }));
    const old = await kms.send(new DecryptCommand({ CiphertextBlob }));
    const fresh = await kms.send(new DecryptCommand({ CiphertextBlob: newer.CiphertextBlob }));
    expect(Buffer.from(blobOf(old.Plaintext)).toString()).toBe("old");
    expect(old.KeyMaterialId).not.toBe(fresh.KeyMaterialId);
    const { Rotations } = await kms.send(new ListKeyRotationsCommand({ KeyId }));
    expect(Rotations).toHaveLength(1);
    expect(Rotations?.[0]).toMatchObject({ RotationType: "ON_DEMAND", KeyMaterialState: "CURRENT" });
  });

  test("are of no use while disabled or pending deletion", async () => {
    const KeyId = await keyId();
    const Arn = `arn:aws:kms:us-east-1:${account}:key/${KeyId}`;
    await kms.send(new DisableKeyCommand({ KeyId }));
    await expect(kms.send(new EncryptCommand({ KeyId, Plaintext: bytes("x") }))).rejects.toMatchObject({
      name: "DisabledException",
      message: `${Arn} is disabled.`,
    });
    await kms.send(new EnableKeyCommand({ KeyId }));
    await kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
    await expect(kms.send(new EncryptCommand({ KeyId, Plaintext: bytes("x") }))).rejects.toMatchObject({
      name: "KMSInvalidStateException",
      message: `${Arn} is pending deletion.`,
    });
    await kms.send(new CancelKeyDeletionCommand({ KeyId }));
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }));
    expect(KeyMetadata?.KeyState).toBe("Disabled");
  });
});

test("aliases name keys, and move from one to another", async () => {
  const [one, other] = [await keyId(), await keyId()];
  const AliasName = "alias/app/database";
  await kms.send(new CreateAliasCommand({ AliasName, TargetKeyId: one }));
  await expect(kms.send(new CreateAliasCommand({ AliasName, TargetKeyId: one }))).rejects.toMatchObject({
    name: "AlreadyExistsException",
    message: `An alias with the name arn:aws:kms:us-east-1:${account}:${AliasName} already exists`,
  });
  const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId: AliasName, Plaintext: bytes("x") }));
  await kms.send(new UpdateAliasCommand({ AliasName, TargetKeyId: other }));
  const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: AliasName }));
  expect(KeyMetadata?.KeyId).toBe(other);
  expect((await kms.send(new DecryptCommand({ CiphertextBlob }))).KeyId).toContain(one);
  const { Aliases } = await kms.send(new ListAliasesCommand({ KeyId: other }));
  expect(Aliases?.map((alias) => alias.AliasName)).toEqual([AliasName]);
  await expect(kms.send(new DisableKeyCommand({ KeyId: AliasName }))).rejects.toMatchObject({
    name: "NotFoundException",
  });
  await kms.send(new DeleteAliasCommand({ AliasName }));
  await expect(kms.send(new DescribeKeyCommand({ KeyId: AliasName }))).rejects.toMatchObject({
    name: "NotFoundException",
    message: `Alias arn:aws:kms:us-east-1:${account}:${AliasName} is not found.`,
  });
  await expect(
    kms.send(new CreateAliasCommand({ AliasName: "alias/aws/mine", TargetKeyId: one })),
  ).rejects.toMatchObject({ name: "NotAuthorizedException" });
});

test("keys are listed page by page, tagged, and found or not", async () => {
  const KeyId = await keyId({ MultiRegion: true });
  expect(KeyId).toMatch(/^mrk-/);
  const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }));
  expect(KeyMetadata?.MultiRegionConfiguration).toMatchObject({ MultiRegionKeyType: "PRIMARY" });
  const seen: string[] = [];
  for (let Marker: string | undefined, more = true; more; ) {
    const page = await kms.send(new ListKeysCommand({ Limit: 3, Marker }));
    seen.push(...(page.Keys ?? []).map((key) => key.KeyId ?? ""));
    Marker = page.NextMarker;
    more = page.Truncated === true;
  }
  expect(seen).toContain(KeyId);
  expect(new Set(seen).size).toBe(seen.length);
  await kms.send(
    new TagResourceCommand({
      KeyId,
      Tags: [
        { TagKey: "a", TagValue: "1" },
        { TagKey: "b", TagValue: "2" },
      ],
    }),
  );
  await kms.send(new UntagResourceCommand({ KeyId, TagKeys: ["a"] }));
  expect((await kms.send(new ListResourceTagsCommand({ KeyId }))).Tags).toEqual([{ TagKey: "b", TagValue: "2" }]);
  for (const Limit of [0, 51]) {
    await expect(kms.send(new ListResourceTagsCommand({ KeyId, Limit }))).rejects.toMatchObject({
      name: "ValidationException",
    });
  }
  const missing = "00000000-0000-0000-0000-000000000000";
  await expect(kms.send(new DescribeKeyCommand({ KeyId: missing }))).rejects.toMatchObject({
    name: "NotFoundException",
    message: `Key 'arn:aws:kms:us-east-1:${account}:key/${missing}' does not exist`,
  });
  await expect(kms.send(new CreateKeyCommand({ KeySpec: "SM2" }))).rejects.toMatchObject({
    name: "UnsupportedOperationException",
  });
});
