import { timingSafeEqual } from "node:crypto";
import type { VerifyMacRequest, VerifyMacResponse } from "@aws-sdk/client-kms";
import { defineOperation } from "../../../gateway/operation.ts";
import type { KmsDependencies } from "../dependencies.ts";
import { dryRun, invalidMac } from "../errors.ts";
import { macOf } from "../mac.ts";
import { keyArn } from "../names.ts";
import { conditionKey, onKey, scopeOf } from "../permissions.ts";
import { requireKey } from "../repository.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_VerifyMac.html */
export const verifyMac = defineOperation<KmsDependencies, VerifyMacRequest, VerifyMacResponse>({
  authorise: onKey("kms:VerifyMac", ({ KeyId }) => KeyId, {
    conditionKeys: ({ MacAlgorithm }) => conditionKey("MacAlgorithm", MacAlgorithm),
  }),
  handle: async (input, call, { store, sealer, clock }) => {
    const now = clock.now();
    const key = await store.read((transaction) => requireKey(transaction, scopeOf(call), input.KeyId, now));
    const expected = macOf(sealer, key, input, "VerifyMac", now);
    if (input.DryRun === true) throw dryRun();
    const given = input.Mac ?? new Uint8Array();
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw invalidMac();
    return { KeyId: keyArn(key, key.keyId), MacValid: true, MacAlgorithm: input.MacAlgorithm };
  },
});
