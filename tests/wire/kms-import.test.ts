import {
  constants,
  createCipheriv,
  createPublicKey,
  generateKeyPairSync,
  privateDecrypt,
  publicEncrypt,
  randomBytes,
} from "node:crypto";
import {
  CreateKeyCommand,
  type CreateKeyCommandInput,
  DecryptCommand,
  DeleteImportedKeyMaterialCommand,
  DescribeKeyCommand,
  EncryptCommand,
  GetParametersForImportCommand,
  GetPublicKeyCommand,
  ImportKeyMaterialCommand,
  KMSClient,
} from "@aws-sdk/client-kms";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type ServedControlPlane,
  serveControlPlane,
} from "../../packages/control-plane/src/testing/served-control-plane.ts";

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

describe("imported material", () => {
  const importInto = async (
    KeyId: string,
    material: Buffer,
    WrappingAlgorithm: "RSAES_OAEP_SHA_256" | "RSA_AES_KEY_WRAP_SHA_256",
  ) => {
    const { ImportToken, PublicKey } = await kms.send(
      new GetParametersForImportCommand({ KeyId, WrappingAlgorithm, WrappingKeySpec: "RSA_2048" }),
    );
    const key = createPublicKey({ key: Buffer.from(blobOf(PublicKey)), format: "der", type: "spki" });
    const rsa = (data: Uint8Array): Buffer =>
      publicEncrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256" }, data);
    let EncryptedKeyMaterial: Uint8Array;
    if (WrappingAlgorithm === "RSAES_OAEP_SHA_256") EncryptedKeyMaterial = rsa(material);
    else {
      const aes = randomBytes(32);
      const cipher = createCipheriv("id-aes256-wrap-pad", aes, Buffer.from("a65959a6", "hex"));
      EncryptedKeyMaterial = Buffer.concat([rsa(aes), cipher.update(material), cipher.final()]);
    }
    return { KeyId, ImportToken, EncryptedKeyMaterial };
  };

  test("makes the key usable until it is deleted, and only the same comes back", async () => {
    const KeyId = await keyId({ Origin: "EXTERNAL" });
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }));
    expect(KeyMetadata).toMatchObject({ KeyState: "PendingImport", Enabled: false, Origin: "EXTERNAL" });
    const material = randomBytes(32);
    const given = await importInto(KeyId, material, "RSAES_OAEP_SHA_256");
    await kms.send(new ImportKeyMaterialCommand({ ...given, ExpirationModel: "KEY_MATERIAL_DOES_NOT_EXPIRE" }));
    const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId, Plaintext: bytes("x") }));
    await kms.send(new DeleteImportedKeyMaterialCommand({ KeyId }));
    await expect(kms.send(new DecryptCommand({ CiphertextBlob }))).rejects.toMatchObject({
      name: "KMSInvalidStateException",
      message: expect.stringContaining("is pending import."),
    });
    const wrong = await importInto(KeyId, randomBytes(32), "RSAES_OAEP_SHA_256");
    await expect(
      kms.send(new ImportKeyMaterialCommand({ ...wrong, ExpirationModel: "KEY_MATERIAL_DOES_NOT_EXPIRE" })),
    ).rejects.toMatchObject({ name: "IncorrectKeyMaterialException" });
    const again = await importInto(KeyId, material, "RSA_AES_KEY_WRAP_SHA_256");
    await kms.send(
      new ImportKeyMaterialCommand({
        ...again,
        ExpirationModel: "KEY_MATERIAL_EXPIRES",
        ValidTo: new Date(Date.now() + 3_600_000),
      }),
    );
    const { Plaintext } = await kms.send(new DecryptCommand({ CiphertextBlob }));
    expect(Buffer.from(blobOf(Plaintext)).toString()).toBe("x");
    const otherKey = await keyId({ Origin: "EXTERNAL" });
    await expect(
      kms.send(
        new ImportKeyMaterialCommand({ ...again, KeyId: otherKey, ExpirationModel: "KEY_MATERIAL_DOES_NOT_EXPIRE" }),
      ),
    ).rejects.toMatchObject({ name: "InvalidImportTokenException" });
  });

  test("may be a private key", async () => {
    const KeyId = await keyId({ Origin: "EXTERNAL", KeySpec: "RSA_2048", KeyUsage: "ENCRYPT_DECRYPT" });
    const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const material = privateKey.export({ format: "der", type: "pkcs8" });
    const given = await importInto(KeyId, material, "RSA_AES_KEY_WRAP_SHA_256");
    await kms.send(new ImportKeyMaterialCommand({ ...given, ExpirationModel: "KEY_MATERIAL_DOES_NOT_EXPIRE" }));
    const { CiphertextBlob } = await kms.send(
      new EncryptCommand({ KeyId, Plaintext: bytes("x"), EncryptionAlgorithm: "RSAES_OAEP_SHA_1" }),
    );
    const options = { key: privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha1" };
    expect(privateDecrypt(options, blobOf(CiphertextBlob)).toString()).toBe("x");
    expect((await kms.send(new GetPublicKeyCommand({ KeyId }))).PublicKey).toEqual(
      new Uint8Array(publicKey.export({ format: "der", type: "spki" })),
    );
  });
});
