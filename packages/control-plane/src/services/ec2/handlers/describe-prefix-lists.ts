import type { DescribePrefixListsRequest, DescribePrefixListsResult } from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { awsPrefixLists } from "../aws-prefix-lists.ts";
import { describablePrefixList } from "../connectivity-describables.ts";
import type { Ec2Dependencies } from "../dependencies.ts";
import { unboundedPageSizes } from "../describe.ts";
import { describePage } from "../describe-page.ts";
import { onEverything } from "../permissions.ts";
import { entriesOfList } from "../prefix-lists.ts";

export const describePrefixLists = defineOperation<
  Ec2Dependencies,
  DescribePrefixListsRequest,
  DescribePrefixListsResult
>({
  authorise: onEverything("DescribePrefixLists"),
  handle: async (input, call) => {
    const { views, NextToken } = describePage(
      awsPrefixLists(call.region),
      { ...describablePrefixList, pageSizes: unboundedPageSizes },
      input,
      input.PrefixListIds,
      (list) => ({
        PrefixListId: list.id,
        PrefixListName: list.name,
        Cidrs: entriesOfList(list).map(({ cidr }) => cidr),
      }),
    );
    return { PrefixLists: views, NextToken };
  },
});
