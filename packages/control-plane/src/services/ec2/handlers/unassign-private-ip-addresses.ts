import type { UnassignPrivateIpAddressesRequest } from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { giveAddressBack } from "../address-pool.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { invalidParameterValue, missingParameter } from "../errors.ts";
import { poolOf, putInterface } from "../interface-records.ts";
import { requireNetworkInterface, requireSubnet } from "../ownership.ts";
import { onIds } from "../permissions.ts";
import { refuseParameters } from "../refuse-parameters.ts";

export const unassignPrivateIpAddresses = defineOperation<
  Ec2Dependencies,
  UnassignPrivateIpAddressesRequest,
  Record<string, never>
>({
  authorise: onIds("UnassignPrivateIpAddresses", (input) => [input.NetworkInterfaceId]),
  handle: async (input, call, { store }) => {
    refuseParameters(input, ["Ipv4Prefixes"]);
    const { PrivateIpAddresses: removed = [] } = input;
    if (removed.length === 0) throw missingParameter("privateIpAddress");
    await store.transaction(async (transaction) => {
      const record = await requireNetworkInterface(transaction, scopeOfCall(call), input.NetworkInterfaceId);
      const subnet = await requireSubnet(transaction, scopeOfCall(call), record.subnetId);
      const known = record.secondaryAddresses ?? [];
      for (const address of removed) {
        if (!known.includes(address)) {
          throw invalidParameterValue(
            `Some of the addresses are not assigned to the interface ${record.id} as secondary ones: ${address.slice(0, 40)}`,
          );
        }
        await giveAddressBack(transaction, poolOf(subnet), address);
      }
      const secondaryAddresses = known.filter((address) => !removed.includes(address));
      await putInterface(transaction, { ...record, secondaryAddresses });
    });
    return {};
  },
});
