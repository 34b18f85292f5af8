import type { AssociateDhcpOptionsRequest } from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { vpcs } from "../collections.ts";
import { dhcpOptions } from "../connectivity-collections.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { requireDefaultDhcpOptions } from "../dhcp-options.ts";
import { requireDhcpOptions, requireVpc } from "../ownership.ts";
import { onIds } from "../permissions.ts";

export const associateDhcpOptions = defineOperation<
  Ec2Dependencies,
  AssociateDhcpOptionsRequest,
  Record<string, never>
>({
  authorise: onIds("AssociateDhcpOptions", (input) => [
    input.VpcId,
    input.DhcpOptionsId === "default" ? undefined : input.DhcpOptionsId,
  ]),
  handle: async (input, call, { store }) => {
    const scope = scopeOfCall(call);
    await store.transaction(async (transaction) => {
      const vpc = await requireVpc(transaction, scope, input.VpcId);
      const options =
        input.DhcpOptionsId === "default"
          ? await requireDefaultDhcpOptions(transaction, scope)
          : await requireDhcpOptions(transaction, scope, input.DhcpOptionsId);
      // Written too, so that a deletion of the set that runs at the same time starts over.
      transaction.put(dhcpOptions, options.id, options);
      transaction.put(vpcs, vpc.id, { ...vpc, dhcpOptionsId: options.id });
    });
    return {};
  },
});
