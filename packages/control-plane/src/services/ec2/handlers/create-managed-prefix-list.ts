import type { CreateManagedPrefixListRequest, CreateManagedPrefixListResult } from "@aws-sdk/client-ec2";
import { newEc2Id } from "@fleetless/kernel";
import { defineOperation } from "../../../gateway/operation.ts";
import { idempotently } from "../../../state/idempotency.ts";
import { type PrefixListRecord, prefixLists } from "../connectivity-collections.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { idempotentMismatch, invalidParameterValue, missingParameter, prefixListFull } from "../errors.ts";
import { idIn } from "../kept-results.ts";
import { onNew } from "../permissions.ts";
import { checkListName, checkMaxEntries, readEntries } from "../prefix-list-entries.ts";
import { requirePrefixList } from "../prefix-lists.ts";
import { readTagSpecifications } from "../tags.ts";
import { prefixListView } from "../views/prefix-list.ts";

export const createManagedPrefixList = defineOperation<
  Ec2Dependencies,
  CreateManagedPrefixListRequest,
  CreateManagedPrefixListResult
>({
  authorise: onNew("CreateManagedPrefixList", "prefix-list"),
  handle: async (input, call, { store, clock }) => {
    const { PrefixListName: name, MaxEntries: maxEntries, AddressFamily: family } = input;
    if (!name) throw missingParameter("prefixListName");
    checkListName(name);
    if (family !== "IPv4" && family !== "IPv6") {
      throw invalidParameterValue(`Value (${family ?? ""}) for parameter addressFamily is invalid.`);
    }
    if (maxEntries === undefined) throw missingParameter("maxEntries");
    checkMaxEntries(maxEntries);
    const entries = readEntries(input.Entries ?? [], family);
    const scope = scopeOfCall(call);
    const list: PrefixListRecord = {
      ...scope,
      tags: readTagSpecifications(input.TagSpecifications, "prefix-list"),
      id: newEc2Id("pl"),
      name,
      addressFamily: family,
      maxEntries,
      version: 1,
      versions: [entries],
    };
    if (entries.length > maxEntries) throw prefixListFull(list.id, maxEntries);
    return store.transaction((transaction) =>
      idempotently<CreateManagedPrefixListResult>(transaction, {
        scope: `${scope.accountId}/${scope.region}/ec2:CreateManagedPrefixList`,
        token: input.ClientToken,
        input,
        now: clock.now(),
        mismatch: idempotentMismatch,
        make: async () => {
          transaction.insert(prefixLists, list.id, list);
          return { PrefixList: prefixListView(list, "create-in-progress") };
        },
        repeat: async (kept) => ({
          PrefixList: prefixListView(
            await requirePrefixList(transaction, scope, idIn(kept, "PrefixList", "PrefixListId")),
          ),
        }),
      }),
    );
  },
});
