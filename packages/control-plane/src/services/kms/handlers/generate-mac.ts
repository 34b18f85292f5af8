import type { GenerateMacRequest, GenerateMacResponse } from "@aws-sdk/client-kms";
import { defineOperation } from "../../../gateway/operation.ts";
import type { KmsDependencies } from "../dependencies.ts";
import { dryRun } from "../errors.ts";
import { macOf } from "../mac.ts";
import { keyArn } from "../names.ts";
import { conditionKey, onKey, scopeOf } from "../permissions.ts";
import { requireKey } from "../repository.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateMac.html */
export const generateMac = defineOperation<KmsDependencies, GenerateMacRequest, GenerateMacResponse>({
  authorise: onKey("kms:GenerateMac", ({ KeyId }) => KeyId, {
    conditionKeys: ({ MacAlgorithm }) => conditionKey("MacAlgorithm", MacAlgorithm),
  }),
  handle: async (input, call, { store, sealer, clock }) => {
    const now = clock.now();
    const key = await store.read((transaction) => requireKey(transaction, scopeOf(call), input.KeyId, now));
    const mac = macOf(sealer, key, input, "GenerateMac", now);
    if (input.DryRun === true) throw dryRun();
    return { Mac: mac, MacAlgorithm: input.MacAlgorithm, KeyId: keyArn(key, key.keyId) };
  },
});
