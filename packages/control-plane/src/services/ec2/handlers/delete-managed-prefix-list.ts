import type { DeleteManagedPrefixListRequest, DeleteManagedPrefixListResult } from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { prefixLists } from "../connectivity-collections.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { prefixListInUse } from "../errors.ts";
import { onIds } from "../permissions.ts";
import { requireOwnList } from "../prefix-lists.ts";
import { routeTablesWithDestination, securityGroupsWithPrefixList } from "../repository.ts";
import { prefixListView } from "../views/prefix-list.ts";

export const deleteManagedPrefixList = defineOperation<
  Ec2Dependencies,
  DeleteManagedPrefixListRequest,
  DeleteManagedPrefixListResult
>({
  authorise: onIds("DeleteManagedPrefixList", (input) => [input.PrefixListId]),
  handle: async (input, call, { store }) =>
    store.transaction(async (transaction) => {
      const list = await requireOwnList(transaction, scopeOfCall(call), input.PrefixListId);
      const groups = await securityGroupsWithPrefixList(transaction, list.id);
      const tables = await routeTablesWithDestination(transaction, list.id);
      if (groups.length > 0 || tables.length > 0) throw prefixListInUse(list.id);
      transaction.delete(prefixLists, list.id);
      return { PrefixList: prefixListView(list, "delete-in-progress") };
    }),
});
