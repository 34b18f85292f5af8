import type { EnableKeyRotationRequest } from "@aws-sdk/client-kms";
import { defineOperation } from "../../../gateway/operation.ts";
import type { KmsDependencies } from "../dependencies.ts";
import { constraintViolated } from "../errors.ts";
import { changeKey } from "../key-changes.ts";
import { conditionKey, onKey } from "../permissions.ts";
import { checkRotatable, dayMilliseconds, defaultRotationDays } from "../rotation.ts";
import { checkEnabled } from "../usable-key.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKeyRotation.html */
export const enableKeyRotation = defineOperation<KmsDependencies, EnableKeyRotationRequest, Record<string, never>>({
  authorise: onKey("kms:EnableKeyRotation", ({ KeyId }) => KeyId, {
    conditionKeys: ({ RotationPeriodInDays }) => conditionKey("RotationPeriodInDays", RotationPeriodInDays),
  }),
  handle: async ({ KeyId, RotationPeriodInDays: asked }, call, dependencies) => {
    if (asked !== undefined && (asked < 90 || asked > 2560)) {
      throw constraintViolated(String(asked), "rotationPeriodInDays", "Member must have value between 90 and 2560");
    }
    const now = dependencies.clock.now();
    await changeKey(dependencies, call, KeyId, "EnableKeyRotation", (key) => {
      checkEnabled(key);
      checkRotatable(key);
      const periodInDays = asked ?? key.rotation?.periodInDays ?? defaultRotationDays;
      if (key.rotation?.periodInDays === periodInDays) return key;
      return { ...key, rotation: { periodInDays, nextAt: now + periodInDays * dayMilliseconds } };
    });
    return {};
  },
});
