import { randomBytes } from "node:crypto";
import type { GenerateRandomRequest, GenerateRandomResponse } from "@aws-sdk/client-kms";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import type { KmsDependencies } from "../dependencies.ts";

import { constraintViolated, notSupportedYet } from "../errors.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateRandom.html */
export const generateRandom = defineOperation<KmsDependencies, GenerateRandomRequest, GenerateRandomResponse>({
  authorise: permission("kms:GenerateRandom", () => ["*"]),
  handle: async ({ NumberOfBytes: length, CustomKeyStoreId, Recipient }) => {
    if (CustomKeyStoreId !== undefined) throw notSupportedYet("CustomKeyStoreId");
    if (Recipient !== undefined) throw notSupportedYet("Recipient, for Nitro enclaves,");
    if (length === undefined || length < 1 || length > 1024) {
      throw constraintViolated(String(length), "numberOfBytes", "Member must have value between 1 and 1024");
    }
    return { Plaintext: randomBytes(length) };
  },
});
