import {
  constants,
  createHash,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  publicEncrypt,
  randomBytes,
  verify as verifySignature,
} from "node:crypto";
import {
  CreateKeyCommand,
  type CreateKeyCommandInput,
  DecryptCommand,
  DeriveSharedSecretCommand,
  GenerateMacCommand,
  GetPublicKeyCommand,
  KMSClient,
  SignCommand,
  type SigningAlgorithmSpec,
  VerifyCommand,
  VerifyMacCommand,
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

describe("asymmetric keys", () => {
  const signing: readonly [CreateKeyCommandInput["KeySpec"], readonly SigningAlgorithmSpec[]][] = [
    ["RSA_2048", ["RSASSA_PSS_SHA_256", "RSASSA_PSS_SHA_512", "RSASSA_PKCS1_V1_5_SHA_384"]],
    ["RSA_3072", ["RSASSA_PSS_SHA_384"]],
    ["ECC_NIST_P256", ["ECDSA_SHA_256"]],
    ["ECC_NIST_P384", ["ECDSA_SHA_384"]],
    ["ECC_NIST_P521", ["ECDSA_SHA_512"]],
    ["ECC_SECG_P256K1", ["ECDSA_SHA_256"]],
  ];
  test.each(signing)("%s signs messages and digests as OpenSSL verifies them", async (KeySpec, algorithms) => {
    const KeyId = await keyId({ KeySpec, KeyUsage: "SIGN_VERIFY" });
    const { PublicKey } = await kms.send(new GetPublicKeyCommand({ KeyId }));
    const publicKey = createPublicKey({ key: Buffer.from(blobOf(PublicKey)), format: "der", type: "spki" });
    for (const SigningAlgorithm of algorithms) {
      const hash = `sha${SigningAlgorithm.slice(-3)}`;
      const Message = randomBytes(100);
      const digest = createHash(hash).update(Message).digest();
      const key = SigningAlgorithm.startsWith("RSASSA_PSS")
        ? { key: publicKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: digest.length }
        : publicKey;
      for (const input of [{ Message }, { Message: digest, MessageType: "DIGEST" as const }]) {
        const { Signature } = await kms.send(new SignCommand({ KeyId, SigningAlgorithm, ...input }));
        expect(verifySignature(hash, Message, key, blobOf(Signature))).toBe(true);
        for (const form of [{ Message }, { Message: digest, MessageType: "DIGEST" as const }]) {
          const verified = await kms.send(new VerifyCommand({ KeyId, SigningAlgorithm, Signature, ...form }));
          expect(verified.SignatureValid).toBe(true);
          const other = { ...form, Message: createHash(hash).update("other").digest() };
          await expect(
            kms.send(new VerifyCommand({ KeyId, SigningAlgorithm, Signature, ...other })),
          ).rejects.toMatchObject({ name: "KMSInvalidSignatureException" });
        }
      }
    }
    await expect(
      kms.send(
        new SignCommand({ KeyId, SigningAlgorithm: algorithms[0], Message: bytes("short"), MessageType: "DIGEST" }),
      ),
    ).rejects.toThrow("Digest is invalid length");
  });

  test("RSA encrypts for whoever has the public key", async () => {
    const KeyId = await keyId({ KeySpec: "RSA_2048", KeyUsage: "ENCRYPT_DECRYPT" });
    const { PublicKey } = await kms.send(new GetPublicKeyCommand({ KeyId }));
    const key = createPublicKey({ key: Buffer.from(blobOf(PublicKey)), format: "der", type: "spki" });
    const CiphertextBlob = publicEncrypt(
      { key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256" },
      bytes("outside"),
    );
    const EncryptionAlgorithm = "RSAES_OAEP_SHA_256";
    const { Plaintext } = await kms.send(new DecryptCommand({ KeyId, CiphertextBlob, EncryptionAlgorithm }));
    expect(Buffer.from(blobOf(Plaintext)).toString()).toBe("outside");
    await expect(
      kms.send(new SignCommand({ KeyId, Message: bytes("x"), SigningAlgorithm: "RSASSA_PSS_SHA_256" })),
    ).rejects.toMatchObject({ name: "InvalidKeyUsageException" });
  });

  test("ECDH keys agree on a secret", async () => {
    const KeyId = await keyId({ KeySpec: "ECC_NIST_P384", KeyUsage: "KEY_AGREEMENT" });
    const own = generateKeyPairSync("ec", { namedCurve: "secp384r1" });
    const { SharedSecret } = await kms.send(
      new DeriveSharedSecretCommand({
        KeyId,
        KeyAgreementAlgorithm: "ECDH",
        PublicKey: own.publicKey.export({ format: "der", type: "spki" }),
      }),
    );
    const { PublicKey } = await kms.send(new GetPublicKeyCommand({ KeyId }));
    const publicKey = createPublicKey({ key: Buffer.from(blobOf(PublicKey)), format: "der", type: "spki" });
    expect(Buffer.from(blobOf(SharedSecret))).toEqual(diffieHellman({ privateKey: own.privateKey, publicKey }));
  });
});

test.each(["HMAC_224", "HMAC_256", "HMAC_384", "HMAC_512"] as const)(
  "%s keys make and verify MACs",
  async (KeySpec) => {
    const KeyId = await keyId({ KeySpec, KeyUsage: "GENERATE_VERIFY_MAC" });
    const MacAlgorithm = `HMAC_SHA_${KeySpec.slice(5)}` as "HMAC_SHA_256";
    const { Mac } = await kms.send(new GenerateMacCommand({ KeyId, Message: bytes("m"), MacAlgorithm }));
    expect(Mac).toHaveLength(Number(KeySpec.slice(5)) / 8);
    const verified = await kms.send(new VerifyMacCommand({ KeyId, Message: bytes("m"), MacAlgorithm, Mac }));
    expect(verified.MacValid).toBe(true);
    await expect(
      kms.send(new VerifyMacCommand({ KeyId, Message: bytes("n"), MacAlgorithm, Mac })),
    ).rejects.toMatchObject({ name: "KMSInvalidMacException" });
  },
);
