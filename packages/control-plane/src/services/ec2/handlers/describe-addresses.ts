import type { DescribeAddressesRequest, DescribeAddressesResult } from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { describePage } from "../describe-page.ts";
import { publicAddressNotFound } from "../errors.ts";
import { describableAddress } from "../gateway-describables.ts";
import { onEverything } from "../permissions.ts";
import { addressesOf } from "../repository.ts";
import { addressView } from "../views/gateways.ts";

export const describeAddresses = defineOperation<Ec2Dependencies, DescribeAddressesRequest, DescribeAddressesResult>({
  authorise: onEverything("DescribeAddresses"),
  handle: async (input, call, { store }) => {
    const all = await store.read((transaction) => addressesOf(transaction, scopeOfCall(call)));
    const { PublicIps = [] } = input;
    for (const wanted of PublicIps) {
      if (!all.some(({ publicAddress }) => publicAddress === wanted)) throw publicAddressNotFound(wanted);
    }
    const named = PublicIps.length === 0 ? all : all.filter(({ publicAddress }) => PublicIps.includes(publicAddress));
    const { views } = describePage(
      named,
      describableAddress,
      { Filters: input.Filters },
      input.AllocationIds,
      addressView,
    );
    return { Addresses: views };
  },
});
