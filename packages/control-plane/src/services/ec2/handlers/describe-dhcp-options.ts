import type { DescribeDhcpOptionsRequest, DescribeDhcpOptionsResult } from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { describePage } from "../describe-page.ts";
import { requireDefaultDhcpOptions } from "../dhcp-options.ts";
import { describableDhcpOptions } from "../gateway-describables.ts";
import { onEverything } from "../permissions.ts";
import { dhcpOptionsOf } from "../repository.ts";
import { dhcpOptionsView } from "../views/gateways.ts";

export const describeDhcpOptions = defineOperation<
  Ec2Dependencies,
  DescribeDhcpOptionsRequest,
  DescribeDhcpOptionsResult
>({
  authorise: onEverything("DescribeDhcpOptions"),
  handle: async (input, call, { store }) => {
    const all = await store.transaction(async (transaction) => {
      await requireDefaultDhcpOptions(transaction, scopeOfCall(call));
      return dhcpOptionsOf(transaction, scopeOfCall(call));
    });
    const { views, NextToken } = describePage(
      all,
      describableDhcpOptions,
      input,
      input.DhcpOptionsIds,
      dhcpOptionsView,
    );
    return { DhcpOptions: views, NextToken };
  },
});
