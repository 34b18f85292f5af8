import type { ListKeyRotationsRequest, ListKeyRotationsResponse } from "@aws-sdk/client-kms";
import { defineOperation } from "../../../gateway/operation.ts";
import type { KmsDependencies } from "../dependencies.ts";
import { keyArn } from "../names.ts";
import { pageOf } from "../pages.ts";
import { onKey, scopeOf } from "../permissions.ts";
import { requireKeyById } from "../repository.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_ListKeyRotations.html */
export const listKeyRotations = defineOperation<KmsDependencies, ListKeyRotationsRequest, ListKeyRotationsResponse>({
  authorise: onKey("kms:ListKeyRotations", ({ KeyId }) => KeyId),
  handle: async (input, call, { store, clock }) => {
    const key = await store.read((transaction) => requireKeyById(transaction, scopeOf(call), input.KeyId, clock.now()));
    const withFirst = input.IncludeKeyMaterial === "ALL_KEY_MATERIAL";
    const numbered = key.materials
      .map((material, index) => ({ material, order: String(index).padStart(6, "0") }))
      .filter(({ material }) => withFirst || material.rotation !== undefined);
    const { items, marker } = pageOf(numbered, ({ order }) => order, { Limit: 100, ...input });
    const current = key.materials.at(-1)?.id;
    return {
      Rotations: items.map(({ material }) => ({
        KeyId: keyArn(key, key.keyId),
        KeyMaterialId: material.id,
        RotationDate: new Date(material.createdAt),
        KeyMaterialState: material.id === current ? ("CURRENT" as const) : ("NON_CURRENT" as const),
        ...(material.rotation === undefined ? {} : { RotationType: material.rotation }),
      })),
      ...marker,
    };
  },
});
