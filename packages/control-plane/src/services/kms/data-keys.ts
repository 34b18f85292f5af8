import { generateKeyPair, randomBytes } from "node:crypto";
import { promisify } from "node:util";
import type {
  DataKeyPairSpec,
  GenerateDataKeyPairRequest,
  GenerateDataKeyRequest,
  GenerateDataKeyWithoutPlaintextRequest,
} from "@aws-sdk/client-kms";
import type { Call } from "../../gateway/call.ts";
import { kindOfSpec, supportedSpec } from "./cryptography/key-specs.ts";
import type { KmsDependencies } from "./dependencies.ts";
import { checkContext, encryptWithKey, symmetric } from "./encryption.ts";
import { constraintViolated, dryRun, invalidKeyUsage, notSupportedYet, validation } from "./errors.ts";
import { keyArn } from "./names.ts";
import { scopeOf } from "./permissions.ts";
import { requireKey } from "./repository.ts";

const longestDataKey = 1024;

/** How many bytes a data key shall have. Throws ValidationException where none or both of the ways to say so are used. */
const dataKeyLength = ({ KeySpec, NumberOfBytes }: GenerateDataKeyWithoutPlaintextRequest): number => {
  if (KeySpec !== undefined && NumberOfBytes !== undefined) {
    throw validation("Please specify either number of bytes or key spec.");
  }
  if (KeySpec !== undefined) return KeySpec === "AES_128" ? 16 : 32;
  if (NumberOfBytes === undefined) throw validation("Please specify either number of bytes or key spec.");
  if (NumberOfBytes < 1 || NumberOfBytes > longestDataKey) {
    const bound = NumberOfBytes < 1 ? "greater than or equal to 1" : `less than or equal to ${longestDataKey}`;
    throw constraintViolated(String(NumberOfBytes), "numberOfBytes", `Member must have value ${bound}`);
  }
  return NumberOfBytes;
};

type Request = Pick<GenerateDataKeyRequest, "KeyId" | "EncryptionContext" | "DryRun" | "Recipient">;

const wrap = async (
  input: Request,
  call: Call,
  { store, sealer, clock }: KmsDependencies,
  operation: string,
  plaintext: () => Promise<Buffer>,
) => {
  if (input.Recipient !== undefined) throw notSupportedYet("Recipient, for Nitro enclaves,");
  const now = clock.now();
  const key = await store.read((transaction) => requireKey(transaction, scopeOf(call), input.KeyId, now));
  const arn = keyArn(key, key.keyId);
  if (key.keySpec !== "SYMMETRIC_DEFAULT") {
    throw invalidKeyUsage(`${arn} key spec is ${key.keySpec} which is not valid for ${operation}.`);
  }
  const context = checkContext(input.EncryptionContext, symmetric);
  const secret = await plaintext();
  const ciphertext = encryptWithKey(sealer, key, secret, { algorithm: symmetric, context, operation, now });
  if (input.DryRun === true) throw dryRun();
  return { arn, secret, ciphertext, materialId: key.materials.at(-1)?.id };
};

/** A new data key and its copy under the key that the request names. */
export const makeDataKey = async (
  input: GenerateDataKeyRequest,
  call: Call,
  dependencies: KmsDependencies,
  operation: string,
) => {
  const length = dataKeyLength(input);
  return wrap(input, call, dependencies, operation, async () => randomBytes(length));
};

const makeKeyPair = promisify(generateKeyPair);

const keyPairOf = async (
  spec: DataKeyPairSpec,
): Promise<{ readonly privateKey: Buffer; readonly publicKey: Buffer }> => {
  const kind = kindOfSpec(supportedSpec(spec));
  if (kind.kind !== "rsa" && kind.kind !== "ec") throw notSupportedYet(`The key pair spec ${spec}`);
  const { privateKey, publicKey } =
    kind.kind === "rsa"
      ? await makeKeyPair("rsa", { modulusLength: kind.bits })
      : await makeKeyPair("ec", { namedCurve: kind.curve });
  return {
    privateKey: privateKey.export({ format: "der", type: "pkcs8" }),
    publicKey: publicKey.export({ format: "der", type: "spki" }),
  };
};

/** A new key pair: the private key as PKCS #8, plain and under the key that the request names. */
export const makeDataKeyPair = async (
  input: GenerateDataKeyPairRequest,
  call: Call,
  dependencies: KmsDependencies,
  operation: string,
) => {
  const spec = input.KeyPairSpec;
  if (spec === undefined) throw validation("KeyPairSpec is required");
  const pair = await keyPairOf(spec);
  return { ...(await wrap(input, call, dependencies, operation, async () => pair.privateKey)), spec, ...pair };
};
