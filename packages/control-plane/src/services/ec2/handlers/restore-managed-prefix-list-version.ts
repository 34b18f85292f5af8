import type {
  RestoreManagedPrefixListVersionRequest,
  RestoreManagedPrefixListVersionResult,
} from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { prefixLists } from "../connectivity-collections.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { invalidParameterValue, prefixListVersionMismatch } from "../errors.ts";
import { onIds } from "../permissions.ts";
import { touchUsers } from "../prefix-list-entries.ts";
import { requireOwnList } from "../prefix-lists.ts";
import { prefixListView } from "../views/prefix-list.ts";

export const restoreManagedPrefixListVersion = defineOperation<
  Ec2Dependencies,
  RestoreManagedPrefixListVersionRequest,
  RestoreManagedPrefixListVersionResult
>({
  authorise: onIds("RestoreManagedPrefixListVersion", (input) => [input.PrefixListId]),
  handle: async (input, call, { store }) =>
    store.transaction(async (transaction) => {
      const list = await requireOwnList(transaction, scopeOfCall(call), input.PrefixListId);
      if (input.CurrentVersion !== list.version) throw prefixListVersionMismatch(list.id, list.version);
      const entries = list.versions[(input.PreviousVersion ?? 0) - 1];
      if (entries === undefined) {
        throw invalidParameterValue(`The prefix list ${list.id} has no version ${input.PreviousVersion ?? ""}.`);
      }
      const restored = {
        ...list,
        state: "restore-complete" as const,
        version: list.version + 1,
        versions: [...list.versions, entries],
      };
      transaction.put(prefixLists, list.id, restored);
      await touchUsers(transaction, list.id);
      return { PrefixList: prefixListView(restored, "restore-in-progress") };
    }),
});
