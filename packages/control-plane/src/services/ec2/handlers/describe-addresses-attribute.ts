import type { DescribeAddressesAttributeRequest, DescribeAddressesAttributeResult } from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { describePage } from "../describe-page.ts";
import { describableAddress } from "../gateway-describables.ts";
import { onEverything } from "../permissions.ts";
import { addressesOf } from "../repository.ts";

export const describeAddressesAttribute = defineOperation<
  Ec2Dependencies,
  DescribeAddressesAttributeRequest,
  DescribeAddressesAttributeResult
>({
  authorise: onEverything("DescribeAddressesAttribute"),
  handle: async (input, call, { store }) => {
    const all = await store.read((transaction) => addressesOf(transaction, scopeOfCall(call)));
    const page = { MaxResults: input.MaxResults, NextToken: input.NextToken };
    const { views, NextToken } = describePage(all, describableAddress, page, input.AllocationIds, (address) => ({
      AllocationId: address.id,
      PublicIp: address.publicAddress,
    }));
    // No address has a name of its own here, which is the one attribute that there is.
    return { Addresses: views, NextToken };
  },
});
