import type { AssignPrivateIpAddressesRequest, AssignPrivateIpAddressesResult } from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import {
  invalidParameterCombination,
  invalidParameterValue,
  missingParameter,
  operationNotPermitted,
} from "../errors.ts";
import { putInterface, requireAddressCount, takeInterfaceAddress } from "../interface-records.ts";
import { requireNetworkInterface, requireSubnet } from "../ownership.ts";
import { onIds } from "../permissions.ts";
import { refuseParameters } from "../refuse-parameters.ts";

export const assignPrivateIpAddresses = defineOperation<
  Ec2Dependencies,
  AssignPrivateIpAddressesRequest,
  AssignPrivateIpAddressesResult
>({
  authorise: onIds("AssignPrivateIpAddresses", (input) => [input.NetworkInterfaceId]),
  handle: async (input, call, { store }) => {
    refuseParameters(input, ["Ipv4Prefixes", "Ipv4PrefixCount", "AllowReassignment"]);
    const { PrivateIpAddresses: chosen = [], SecondaryPrivateIpAddressCount: count = 0 } = input;
    requireAddressCount("secondaryPrivateIpAddressCount", count);
    if (chosen.length === 0 && count === 0) throw missingParameter("secondaryPrivateIpAddressCount");
    if (chosen.length > 0 && count > 0) {
      throw invalidParameterCombination("Either addresses or a count of them may be given.");
    }
    const wanted = chosen.length > 0 ? chosen : Array<undefined>(Math.min(count, 50)).fill(undefined);
    return store.transaction(async (transaction) => {
      const record = await requireNetworkInterface(transaction, scopeOfCall(call), input.NetworkInterfaceId);
      if (record.madeByCaller !== true) {
        throw operationNotPermitted(`The addresses of '${record.id}' are managed by the service that uses it.`);
      }
      const subnet = await requireSubnet(transaction, scopeOfCall(call), record.subnetId);
      const added: string[] = [];
      for (const one of wanted) added.push(await takeInterfaceAddress(transaction, subnet, one));
      const secondaryAddresses = [...(record.secondaryAddresses ?? []), ...added];
      if (secondaryAddresses.length > 49) throw invalidParameterValue("An interface has at most 50 private addresses.");
      await putInterface(transaction, { ...record, secondaryAddresses });
      return {
        NetworkInterfaceId: record.id,
        AssignedPrivateIpAddresses: added.map((PrivateIpAddress) => ({ PrivateIpAddress })),
      };
    });
  },
});
