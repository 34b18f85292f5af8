import type { ListKeysRequest, ListKeysResponse } from "@aws-sdk/client-kms";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import type { KmsDependencies } from "../dependencies.ts";
import { keyArn } from "../names.ts";
import { pageOf } from "../pages.ts";
import { scopeOf } from "../permissions.ts";
import { keysOf } from "../repository.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_ListKeys.html */
export const listKeys = defineOperation<KmsDependencies, ListKeysRequest, ListKeysResponse>({
  authorise: permission("kms:ListKeys", () => ["*"]),
  handle: async (input, call, { store, clock }) => {
    const now = clock.now();
    const all = await store.read((transaction) => keysOf(transaction, scopeOf(call)));
    const living = all.filter(({ deletionAt }) => deletionAt === undefined || deletionAt > now);
    const { items, marker } = pageOf(living, ({ keyId }) => keyId, { Limit: 100, ...input });
    return { Keys: items.map((key) => ({ KeyId: key.keyId, KeyArn: keyArn(key, key.keyId) })), ...marker };
  },
});
