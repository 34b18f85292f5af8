import type { RotateKeyOnDemandRequest, RotateKeyOnDemandResponse } from "@aws-sdk/client-kms";
import { defineOperation } from "../../../gateway/operation.ts";
import type { KmsDependencies } from "../dependencies.ts";
import { tooManyRotations } from "../errors.ts";
import { changeKey, checkCustomerManaged } from "../key-changes.ts";
import { onKey, scopeOf } from "../permissions.ts";
import { requireKeyById } from "../repository.ts";
import { checkRotatable, mostRotationsOnDemand, newGeneration } from "../rotation.ts";
import { checkEnabled } from "../usable-key.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_RotateKeyOnDemand.html */
export const rotateKeyOnDemand = defineOperation<KmsDependencies, RotateKeyOnDemandRequest, RotateKeyOnDemandResponse>({
  authorise: onKey("kms:RotateKeyOnDemand", ({ KeyId }) => KeyId),
  handle: async ({ KeyId }, call, dependencies) => {
    const { store, clock, sealer } = dependencies;
    const now = clock.now();
    const found = await store.read((transaction) => requireKeyById(transaction, scopeOf(call), KeyId, now));
    checkCustomerManaged(found, "RotateKeyOnDemand");
    checkEnabled(found);
    checkRotatable(found);
    const material = await newGeneration(sealer, found, "ON_DEMAND", now);
    const key = await changeKey(dependencies, call, KeyId, "RotateKeyOnDemand", (current) => {
      checkEnabled(current);
      const earlier = current.materials.filter(({ rotation }) => rotation === "ON_DEMAND").length;
      if (earlier >= mostRotationsOnDemand) throw tooManyRotations();
      return { ...current, materials: [...current.materials, material] };
    });
    return { KeyId: key.keyId };
  },
});
