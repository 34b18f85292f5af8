import type { GetManagedPrefixListEntriesRequest, GetManagedPrefixListEntriesResult } from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import type { PrefixListEntryRecord } from "../connectivity-collections.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import type { Describable } from "../describe.ts";
import { describePage } from "../describe-page.ts";
import { invalidParameterValue, prefixListNotFound } from "../errors.ts";
import { onIds } from "../permissions.ts";
import { requirePrefixList } from "../prefix-lists.ts";

interface Listed {
  readonly entry: PrefixListEntryRecord;
}

const describableEntry: Describable<Listed> = {
  idOf: ({ entry }) => entry.cidr,
  tagsOf: () => ({}),
  notFound: prefixListNotFound,
  filters: {},
  pageSizes: { least: 1, most: 100 },
};

export const getManagedPrefixListEntries = defineOperation<
  Ec2Dependencies,
  GetManagedPrefixListEntriesRequest,
  GetManagedPrefixListEntriesResult
>({
  authorise: onIds("GetManagedPrefixListEntries", (input) => [input.PrefixListId]),
  handle: async (input, call, { store }) => {
    const list = await store.read((transaction) =>
      requirePrefixList(transaction, scopeOfCall(call), input.PrefixListId),
    );
    const entries = list.versions[(input.TargetVersion ?? list.version) - 1];
    if (entries === undefined) {
      throw invalidParameterValue(`The prefix list ${list.id} has no version ${input.TargetVersion ?? ""}.`);
    }
    const { views, NextToken } = describePage(
      entries.map((entry) => ({ entry })),
      describableEntry,
      { MaxResults: input.MaxResults, NextToken: input.NextToken },
      undefined,
      ({ entry: { cidr, description } }) => ({
        Cidr: cidr,
        ...(description === undefined ? {} : { Description: description }),
      }),
    );
    return { Entries: views, NextToken };
  },
});
