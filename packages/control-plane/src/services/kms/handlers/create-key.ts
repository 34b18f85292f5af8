import type { CreateKeyRequest, CreateKeyResponse } from "@aws-sdk/client-kms";
import { defineOperation } from "../../../gateway/operation.ts";
import { requestTagKeys } from "../../../gateway/tag-condition-keys.ts";
import type { KeyRecord } from "../collections.ts";
import { generateMaterial, sealMaterial } from "../cryptography/key-material.ts";
import { checkUsage, kindOfSpec, supportedSpec } from "../cryptography/key-specs.ts";
import type { KmsDependencies } from "../dependencies.ts";
import { notSupportedYet } from "../errors.ts";
import { checkKeyPolicy, defaultKeyPolicy } from "../key-policy.ts";
import { checkDescription, newKeyId } from "../names.ts";
import { conditionKey, scopeOf } from "../permissions.ts";
import { putKey } from "../repository.ts";
import { tagPairs, withTags } from "../tags.ts";
import { keyMetadata } from "../views.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html */
export const createKey = defineOperation<KmsDependencies, CreateKeyRequest, CreateKeyResponse>({
  authorise: {
    kind: "permissions",
    permissions: (input, call) => {
      const conditionKeys = {
        ...requestTagKeys(tagPairs(input.Tags)),
        ...conditionKey("KeySpec", input.KeySpec ?? input.CustomerMasterKeySpec ?? "SYMMETRIC_DEFAULT"),
        ...conditionKey("KeyUsage", input.KeyUsage ?? "ENCRYPT_DECRYPT"),
        ...conditionKey("KeyOrigin", input.Origin ?? "AWS_KMS"),
        ...conditionKey("MultiRegion", String(input.MultiRegion ?? false)),
        ...conditionKey("BypassPolicyLockoutSafetyCheck", String(input.BypassPolicyLockoutSafetyCheck ?? false)),
        ...conditionKey("CallerAccount", call.accountId),
      };
      const create = { action: "kms:CreateKey", resources: ["*"], conditionKeys };
      return (input.Tags ?? []).length === 0
        ? [create]
        : [create, { action: "kms:TagResource", resources: ["*"], conditionKeys }];
    },
  },
  handle: async (input, call, dependencies) => {
    const { store, sealer, clock } = dependencies;
    const keySpec = supportedSpec(input.KeySpec ?? input.CustomerMasterKeySpec ?? "SYMMETRIC_DEFAULT");
    const keyUsage = checkUsage(keySpec, input.KeyUsage);
    const origin = input.Origin ?? "AWS_KMS";
    if (origin !== "AWS_KMS" && origin !== "EXTERNAL") throw notSupportedYet(`The key origin ${origin}`);
    const identity = { ...scopeOf(call), keyId: newKeyId(input.MultiRegion ?? false) };
    const policy =
      input.Policy === undefined
        ? defaultKeyPolicy(call.accountId)
        : await checkKeyPolicy(
            input.Policy,
            identity,
            call,
            dependencies,
            input.BypassPolicyLockoutSafetyCheck ?? false,
          );
    const createdAt = clock.now();
    const generated = { createdAt, origin: "AWS_KMS" as const };
    const key: KeyRecord = {
      ...identity,
      createdAt,
      description: checkDescription(input.Description ?? ""),
      keySpec,
      keyUsage,
      origin,
      manager: "CUSTOMER",
      multiRegion: input.MultiRegion ?? false,
      state: origin === "EXTERNAL" ? "PendingImport" : "Enabled",
      policy,
      tags: withTags({}, input.Tags ?? []),
      materials:
        origin === "EXTERNAL"
          ? []
          : [sealMaterial(sealer, identity, await generateMaterial(kindOfSpec(keySpec)), generated)],
    };
    await store.transaction(async (transaction) => putKey(transaction, key));
    return { KeyMetadata: keyMetadata(key) };
  },
});
