import { createHash } from "node:crypto";
import { existsSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createInstance, type FleetlessInstance, runWith } from "./support/instance.ts";

let instance: FleetlessInstance;
let key: string;
let elsewhere = "";

const aws = async (...args: readonly string[]): Promise<string> =>
  (await runWith(instance, "aws", [...args, "--output", "text"])).trim();

beforeAll(async () => {
  instance = await createInstance();
  await instance.up();
  const name = createHash("sha256").update(realpathSync(instance.dataDirectory)).digest("hex").slice(0, 6);
  key = `/etc/fleetless/${name}.key`;
});

afterAll(async () => {
  await instance.purge();
  expect(existsSync(key)).toBe(false);
  // A key that its owner brought is its owner's to remove.
  rmSync(elsewhere, { force: true });
});

test("the AWS CLI keeps keys, secrets and parameters", async () => {
  const keyId = await aws("kms", "create-key", "--query", "KeyMetadata.KeyId");
  await aws("kms", "create-alias", "--alias-name", "alias/cli", "--target-key-id", keyId);
  // The versions of the AWS CLI differ in how they take bytes, but not in files of them.
  const file = (name: string, content: Buffer): string => {
    const path = `${instance.dataDirectory}/${name}`;
    writeFileSync(path, content);
    return `fileb://${path}`;
  };
  const plaintext = file("plaintext", Buffer.from("hello"));
  const encrypt = ["encrypt", "--key-id", "alias/cli", "--plaintext", plaintext, "--query", "CiphertextBlob"];
  const ciphertext = file("ciphertext", Buffer.from(await aws("kms", ...encrypt), "base64"));
  const decrypted = await aws("kms", "decrypt", "--ciphertext-blob", ciphertext, "--query", "Plaintext");
  expect(Buffer.from(decrypted, "base64").toString()).toBe("hello");
  await aws("secretsmanager", "create-secret", "--name", "cli/secret", "--secret-string", "s", "--kms-key-id", keyId);
  await aws("secretsmanager", "put-secret-value", "--secret-id", "cli/secret", "--secret-string", "t");
  const stage = ["--version-stage", "AWSPREVIOUS", "--query", "SecretString"];
  expect(await aws("secretsmanager", "get-secret-value", "--secret-id", "cli/secret", ...stage)).toBe("s");
  await aws("ssm", "put-parameter", "--name", "/cli/parameter", "--type", "SecureString", "--value", "p");
  const byPath = ["--path", "/cli", "--with-decryption", "--query", "Parameters[].Value"];
  expect(await aws("ssm", "get-parameters-by-path", ...byPath)).toBe("p");
});

test("the root key lies apart from the data, which is of no use without it", async () => {
  expect(statSync(key).mode & 0o777).toBe(0o600);
  await instance.run("down");
  renameSync(key, `${key}.away`);
  const without = await instance.run("--json", "up", "--detach");
  expect(without.code).not.toBe(0);
  expect(without.stdout + without.stderr).toContain(`under a root key, which is not at ${key}`);
  expect(existsSync(key)).toBe(false);
  renameSync(`${key}.away`, key);
  await instance.up();
  expect(await aws("secretsmanager", "get-secret-value", "--secret-id", "cli/secret", "--query", "SecretString")).toBe(
    "t",
  );
  await instance.run("down");
  elsewhere = `${instance.dataDirectory}.root-key`;
  renameSync(key, elsewhere);
  instance.environment.FLEETLESS_ROOT_KEY_FILE = elsewhere;
  await instance.up();
  expect(
    await aws("ssm", "get-parameter", "--name", "/cli/parameter", "--with-decryption", "--query", "Parameter.Value"),
  ).toBe("p");
});
