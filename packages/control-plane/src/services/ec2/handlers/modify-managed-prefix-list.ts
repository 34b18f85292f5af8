import type { ModifyManagedPrefixListRequest, ModifyManagedPrefixListResult } from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { canonicalCidr } from "../cidr.ts";
import { prefixLists } from "../connectivity-collections.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { invalidParameterCombination, notSupported, prefixListFull, prefixListVersionMismatch } from "../errors.ts";
import { onIds } from "../permissions.ts";
import { changedEntries, checkListName, checkMaxEntries, readEntries, touchUsers } from "../prefix-list-entries.ts";
import { entriesOfList, requireOwnList } from "../prefix-lists.ts";
import { refuseParameters } from "../refuse-parameters.ts";
import { prefixListView } from "../views/prefix-list.ts";

/** How many versions of one list are kept. */
const keptVersions = 1000;

export const modifyManagedPrefixList = defineOperation<
  Ec2Dependencies,
  ModifyManagedPrefixListRequest,
  ModifyManagedPrefixListResult
>({
  authorise: onIds("ModifyManagedPrefixList", (input) => [input.PrefixListId]),
  handle: async (input, call, { store }) => {
    refuseParameters(input, ["IpamPrefixListResolverSyncEnabled"]);
    const changesEntries = Boolean(input.AddEntries?.length || input.RemoveEntries?.length);
    if (changesEntries && input.MaxEntries !== undefined) {
      throw invalidParameterCombination("The size and the entries of a prefix list are changed one after the other.");
    }
    if (input.PrefixListName !== undefined) checkListName(input.PrefixListName);
    if (input.MaxEntries !== undefined) checkMaxEntries(input.MaxEntries);
    return store.transaction(async (transaction) => {
      const list = await requireOwnList(transaction, scopeOfCall(call), input.PrefixListId);
      const renamed = {
        ...list,
        state: "modify-complete" as const,
        name: input.PrefixListName ?? list.name,
        maxEntries: input.MaxEntries ?? list.maxEntries,
      };
      if (entriesOfList(list).length > renamed.maxEntries) throw prefixListFull(list.id, renamed.maxEntries);
      if (!changesEntries) {
        transaction.put(prefixLists, list.id, renamed);
        return { PrefixList: prefixListView(renamed, "modify-in-progress") };
      }
      if (input.CurrentVersion !== undefined && input.CurrentVersion !== list.version) {
        throw prefixListVersionMismatch(list.id, list.version);
      }
      const removed = (input.RemoveEntries ?? []).map(({ Cidr = "" }) => canonicalCidr(Cidr) ?? Cidr);
      const added = readEntries(input.AddEntries ?? [], list.addressFamily);
      const entries = changedEntries(entriesOfList(list), removed, added);
      if (entries.length > list.maxEntries) throw prefixListFull(list.id, list.maxEntries);
      if (list.version >= keptVersions) throw notSupported(`More than ${keptVersions} versions of a prefix list`);
      const changed = { ...renamed, version: list.version + 1, versions: [...list.versions, entries] };
      transaction.put(prefixLists, list.id, changed);
      await touchUsers(transaction, list.id);
      return { PrefixList: prefixListView(changed, "modify-in-progress") };
    });
  },
});
