import type { ReleaseAddressRequest } from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { giveAddressBack, publicPool } from "../address-pool.ts";
import { addresses } from "../connectivity-collections.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { requireNamedAddress } from "../elastic-addresses.ts";
import { addressInUse } from "../errors.ts";
import { onIds } from "../permissions.ts";

export const releaseAddress = defineOperation<Ec2Dependencies, ReleaseAddressRequest, Record<string, never>>({
  authorise: onIds("ReleaseAddress", (input) => [input.AllocationId]),
  handle: async (input, call, { store, publicAddresses }) => {
    await store.transaction(async (transaction) => {
      const address = await requireNamedAddress(transaction, scopeOfCall(call), input);
      if (address.association !== undefined) throw addressInUse(address.publicAddress);
      await giveAddressBack(transaction, publicPool(publicAddresses), address.publicAddress);
      transaction.delete(addresses, address.id);
    });
    return {};
  },
});
