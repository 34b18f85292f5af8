import {
  CreateGrantCommand,
  CreateKeyCommand,
  type CreateKeyCommandInput,
  DecryptCommand,
  DescribeKeyCommand,
  EncryptCommand,
  GetKeyPolicyCommand,
  KMSClient,
  ListGrantsCommand,
  PutKeyPolicyCommand,
  RetireGrantCommand,
  RevokeGrantCommand,
} from "@aws-sdk/client-kms";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type ServedControlPlane,
  serveControlPlane,
} from "../../packages/control-plane/src/testing/served-control-plane.ts";
import { makeUser } from "./support/users.ts";

const account = "123456789012";
let plane: ServedControlPlane;
let kms: KMSClient;
let alice: KMSClient;
let bob: KMSClient;

const userArn = (name: string): string => `arn:aws:iam::${account}:user/${name}`;
const bytes = (text: string): Uint8Array => Buffer.from(text);
const keyId = async (input: CreateKeyCommandInput = {}): Promise<string> => {
  const { KeyMetadata } = await kms.send(new CreateKeyCommand(input));
  return KeyMetadata?.KeyId ?? "";
};

beforeAll(async () => {
  plane = await serveControlPlane();
  kms = new KMSClient(plane.clientSettings);
  const allowed = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "kms:*", Resource: "*" }] };
  alice = new KMSClient(await makeUser(plane, "alice", allowed));
  bob = new KMSClient(await makeUser(plane, "bob"));
});

afterAll(() => plane.close());

test("a service's own key is there when it is asked for, and is nobody's to use", async () => {
  const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: "alias/aws/ssm" }));
  expect(KeyMetadata).toMatchObject({ KeyManager: "AWS", Enabled: true });
  const again = await kms.send(new DescribeKeyCommand({ KeyId: "alias/aws/ssm" }));
  expect(again.KeyMetadata?.KeyId).toBe(KeyMetadata?.KeyId);
  await expect(alice.send(new EncryptCommand({ KeyId: "alias/aws/ssm", Plaintext: bytes("x") }))).rejects.toMatchObject(
    { name: "AccessDeniedException" },
  );
});

describe("permissions", () => {
  const policy = (...Statement: object[]): string => JSON.stringify({ Version: "2012-10-17", Statement });
  const all = (principal: string): object => ({
    Effect: "Allow",
    Principal: { AWS: principal },
    Action: "kms:*",
    Resource: "*",
  });

  test("the key's policy comes first: without it no identity's policy helps", async () => {
    const open = await keyId();
    await expect(alice.send(new DescribeKeyCommand({ KeyId: open }))).resolves.toBeTruthy();
    await expect(bob.send(new DescribeKeyCommand({ KeyId: open }))).rejects.toMatchObject({
      name: "AccessDeniedException",
      message: `User: ${userArn("bob")} is not authorized to perform: kms:DescribeKey on resource: arn:aws:kms:us-east-1:${account}:key/${open} because no identity-based policy allows the kms:DescribeKey action`,
    });
    const { KeyMetadata } = await alice.send(
      new CreateKeyCommand({
        Policy: policy(all(userArn("alice")), {
          Effect: "Allow",
          Principal: { AWS: userArn("bob") },
          Action: "kms:Encrypt",
          Resource: "*",
          Condition: { StringEquals: { "kms:EncryptionContext:team": "blue" } },
        }),
      }),
    );
    const KeyId = KeyMetadata?.KeyId ?? "";
    await expect(kms.send(new DescribeKeyCommand({ KeyId }))).rejects.toThrow(
      "because no resource-based policy allows the kms:DescribeKey action",
    );
    const Plaintext = bytes("x");
    await expect(bob.send(new EncryptCommand({ KeyId, Plaintext }))).rejects.toThrow("not authorized");
    await expect(
      bob.send(new EncryptCommand({ KeyId, Plaintext, EncryptionContext: { team: "blue" } })),
    ).resolves.toBeTruthy();
    await expect(alice.send(new PutKeyPolicyCommand({ KeyId, Policy: policy(all(userArn("bob"))) }))).rejects.toThrow(
      "The new key policy will not allow you to update the key policy in the future.",
    );
    await expect(alice.send(new PutKeyPolicyCommand({ KeyId, Policy: "{" }))).rejects.toMatchObject({
      name: "MalformedPolicyDocumentException",
    });
    await alice.send(
      new PutKeyPolicyCommand({
        KeyId,
        Policy: policy(all(userArn("bob"))),
        BypassPolicyLockoutSafetyCheck: true,
      }),
    );
    await expect(alice.send(new DescribeKeyCommand({ KeyId }))).rejects.toThrow("not authorized");
    const read = await bob.send(new GetKeyPolicyCommand({ KeyId }));
    expect(JSON.parse(read.Policy ?? "")).toEqual(JSON.parse(policy(all(userArn("bob")))));
  });

  test("a grant allows nothing that its key cannot do", async () => {
    const KeyId = await keyId();
    const grant = { KeyId, GranteePrincipal: userArn("bob") };
    await expect(kms.send(new CreateGrantCommand({ ...grant, Operations: ["Decrypt", "Sign"] }))).rejects.toMatchObject(
      {
        name: "ValidationException",
        message: expect.stringContaining("Sign is not valid"),
      },
    );
    const made = kms.send(new CreateGrantCommand({ ...grant, Operations: ["Decrypt", "DescribeKey", "RetireGrant"] }));
    await expect(made).resolves.toMatchObject({ GrantId: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });

  test("grants let in whom they name, for what they name, as long as they last", async () => {
    const KeyId = await keyId();
    const Plaintext = bytes("x");
    const EncryptionContext = { tenant: "1", extra: "2" };
    await expect(bob.send(new EncryptCommand({ KeyId, Plaintext, EncryptionContext }))).rejects.toThrow(
      "not authorized",
    );
    const subset = await kms.send(
      new CreateGrantCommand({
        KeyId,
        GranteePrincipal: userArn("bob"),
        RetiringPrincipal: userArn("bob"),
        Operations: ["Encrypt", "Decrypt"],
        Constraints: { EncryptionContextSubset: { tenant: "1" } },
        Name: "for-bob",
      }),
    );
    const { CiphertextBlob } = await bob.send(
      new EncryptCommand({ KeyId, Plaintext, EncryptionContext, GrantTokens: [subset.GrantToken ?? ""] }),
    );
    await expect(bob.send(new DecryptCommand({ CiphertextBlob, EncryptionContext }))).resolves.toBeTruthy();
    await expect(
      bob.send(new EncryptCommand({ KeyId, Plaintext, EncryptionContext: { tenant: "2" } })),
    ).rejects.toThrow("not authorized");
    await expect(bob.send(new DescribeKeyCommand({ KeyId }))).rejects.toThrow("not authorized");
    const { Grants } = await kms.send(new ListGrantsCommand({ KeyId }));
    expect(Grants).toMatchObject([{ GrantId: subset.GrantId, Name: "for-bob", GranteePrincipal: userArn("bob") }]);
    await bob.send(new RetireGrantCommand({ GrantToken: subset.GrantToken }));
    await expect(bob.send(new DecryptCommand({ CiphertextBlob, EncryptionContext }))).rejects.toThrow("not authorized");

    const exact = await kms.send(
      new CreateGrantCommand({
        KeyId,
        GranteePrincipal: userArn("bob"),
        Operations: ["Encrypt"],
        Constraints: { EncryptionContextEquals: { tenant: "1" } },
      }),
    );
    await expect(bob.send(new EncryptCommand({ KeyId, Plaintext, EncryptionContext }))).rejects.toThrow(
      "not authorized",
    );
    await bob.send(new EncryptCommand({ KeyId, Plaintext, EncryptionContext: { tenant: "1" } }));
    await expect(bob.send(new RetireGrantCommand({ KeyId, GrantId: exact.GrantId }))).rejects.toThrow("not authorized");
    await kms.send(new RevokeGrantCommand({ KeyId, GrantId: exact.GrantId }));
    await expect(
      bob.send(new EncryptCommand({ KeyId, Plaintext, EncryptionContext: { tenant: "1" } })),
    ).rejects.toThrow("not authorized");
  });
});
