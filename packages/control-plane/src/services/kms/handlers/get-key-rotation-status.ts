import type { GetKeyRotationStatusRequest, GetKeyRotationStatusResponse } from "@aws-sdk/client-kms";
import { defineOperation } from "../../../gateway/operation.ts";
import type { KmsDependencies } from "../dependencies.ts";
import { keyArn } from "../names.ts";
import { onKey, scopeOf } from "../permissions.ts";
import { requireKeyById } from "../repository.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyRotationStatus.html */
export const getKeyRotationStatus = defineOperation<
  KmsDependencies,
  GetKeyRotationStatusRequest,
  GetKeyRotationStatusResponse
>({
  authorise: onKey("kms:GetKeyRotationStatus", ({ KeyId }) => KeyId),
  handle: async ({ KeyId }, call, { store, clock }) => {
    const key = await store.read((transaction) => requireKeyById(transaction, scopeOf(call), KeyId, clock.now()));
    const { rotation } = key;
    return {
      KeyId: keyArn(key, key.keyId),
      KeyRotationEnabled: rotation !== undefined,
      ...(rotation === undefined
        ? {}
        : { RotationPeriodInDays: rotation.periodInDays, NextRotationDate: new Date(rotation.nextAt) }),
    };
  },
});
