import { generateKeyPair } from "node:crypto";
import { promisify } from "node:util";
import type { GetParametersForImportRequest, GetParametersForImportResponse } from "@aws-sdk/client-kms";
import { defineOperation } from "../../../gateway/operation.ts";
import type { KmsDependencies } from "../dependencies.ts";
import { notSupportedYet, unsupportedOperation } from "../errors.ts";
import { importTokenMilliseconds, writeImportToken } from "../import-token.ts";
import { checkNotPendingDeletion } from "../key-changes.ts";
import { keyArn } from "../names.ts";
import { conditionKey, onKey, scopeOf } from "../permissions.ts";
import { requireKeyById } from "../repository.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_GetParametersForImport.html */
export const getParametersForImport = defineOperation<
  KmsDependencies,
  GetParametersForImportRequest,
  GetParametersForImportResponse
>({
  authorise: onKey("kms:GetParametersForImport", ({ KeyId }) => KeyId, {
    conditionKeys: ({ WrappingAlgorithm, WrappingKeySpec }) => ({
      ...conditionKey("WrappingAlgorithm", WrappingAlgorithm),
      ...conditionKey("WrappingKeySpec", WrappingKeySpec),
    }),
  }),
  handle: async (input, call, { store, sealer, clock }) => {
    const now = clock.now();
    const key = await store.read((transaction) => requireKeyById(transaction, scopeOf(call), input.KeyId, now));
    const arn = keyArn(key, key.keyId);
    if (key.origin !== "EXTERNAL")
      throw unsupportedOperation(`${arn} origin is ${key.origin} which is not valid for this operation.`);
    checkNotPendingDeletion(key);
    const bits = modulusLengths[input.WrappingKeySpec ?? ""];
    if (bits === undefined) throw notSupportedYet(`The wrapping key spec ${input.WrappingKeySpec}`);
    const algorithm = input.WrappingAlgorithm ?? "";
    if (!/^(RSAES_OAEP|RSA_AES_KEY_WRAP)_SHA_(1|256)$/.test(algorithm)) {
      throw notSupportedYet(`The wrapping algorithm ${algorithm}`);
    }
    const { privateKey, publicKey } = await makeKeyPair("rsa", { modulusLength: bits });
    const validTo = now + importTokenMilliseconds;
    const wrappingKey = privateKey.export({ format: "der", type: "pkcs8" }).toString("base64");
    return {
      KeyId: arn,
      ImportToken: writeImportToken(sealer, key, key.keyId, { algorithm, wrappingKey, validTo }),
      PublicKey: publicKey.export({ format: "der", type: "spki" }),
      ParametersValidTo: new Date(validTo),
    };
  },
});

const makeKeyPair = promisify(generateKeyPair);
const modulusLengths: Readonly<Record<string, number>> = { RSA_2048: 2048, RSA_3072: 3072, RSA_4096: 4096 };
