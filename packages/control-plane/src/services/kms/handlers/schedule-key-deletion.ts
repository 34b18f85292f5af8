import type { ScheduleKeyDeletionRequest, ScheduleKeyDeletionResponse } from "@aws-sdk/client-kms";
import { defineOperation } from "../../../gateway/operation.ts";
import type { KmsDependencies } from "../dependencies.ts";
import { constraintViolated } from "../errors.ts";
import { changeKey, checkNotPendingDeletion } from "../key-changes.ts";
import { keyArn } from "../names.ts";
import { conditionKey, onKey } from "../permissions.ts";
import { dayMilliseconds } from "../rotation.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html */
export const scheduleKeyDeletion = defineOperation<
  KmsDependencies,
  ScheduleKeyDeletionRequest,
  ScheduleKeyDeletionResponse
>({
  authorise: onKey("kms:ScheduleKeyDeletion", ({ KeyId }) => KeyId, {
    conditionKeys: ({ PendingWindowInDays = 30 }) =>
      conditionKey("ScheduleKeyDeletionPendingWindowInDays", PendingWindowInDays),
  }),
  handle: async ({ KeyId, PendingWindowInDays: days = 30 }, call, dependencies) => {
    if (days < 7 || days > 30) {
      throw constraintViolated(String(days), "pendingWindowInDays", "Member must have value between 7 and 30");
    }
    const deletionAt = dependencies.clock.now() + days * dayMilliseconds;
    const key = await changeKey(dependencies, call, KeyId, "ScheduleKeyDeletion", (current) => {
      checkNotPendingDeletion(current);
      return { ...current, state: "PendingDeletion", deletionAt };
    });
    return {
      KeyId: keyArn(key, key.keyId),
      DeletionDate: new Date(deletionAt),
      KeyState: key.state,
      PendingWindowInDays: days,
    };
  },
});
