import type { DescribeManagedPrefixListsRequest, DescribeManagedPrefixListsResult } from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { awsPrefixLists } from "../aws-prefix-lists.ts";
import { describablePrefixList } from "../connectivity-describables.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { describePage } from "../describe-page.ts";
import { onEverything } from "../permissions.ts";
import { prefixListsOf } from "../repository.ts";
import { prefixListView } from "../views/prefix-list.ts";

export const describeManagedPrefixLists = defineOperation<
  Ec2Dependencies,
  DescribeManagedPrefixListsRequest,
  DescribeManagedPrefixListsResult
>({
  authorise: onEverything("DescribeManagedPrefixLists"),
  handle: async (input, call, { store }) => {
    const scope = scopeOfCall(call);
    const own = await store.read((transaction) => prefixListsOf(transaction, scope));
    const { views, NextToken } = describePage(
      [...awsPrefixLists(scope.region), ...own],
      describablePrefixList,
      input,
      input.PrefixListIds,
      (list) => prefixListView(list),
    );
    return { PrefixLists: views, NextToken };
  },
});
