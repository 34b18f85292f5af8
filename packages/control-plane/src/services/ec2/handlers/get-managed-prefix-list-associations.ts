import type {
  GetManagedPrefixListAssociationsRequest,
  GetManagedPrefixListAssociationsResult,
} from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import type { Describable } from "../describe.ts";
import { describePage } from "../describe-page.ts";
import { prefixListNotFound } from "../errors.ts";
import { onIds } from "../permissions.ts";
import { requirePrefixList } from "../prefix-lists.ts";
import { routeTablesWithDestination, securityGroupsWithPrefixList } from "../repository.ts";

interface User {
  readonly id: string;
  readonly accountId: string;
}

const describableUser: Describable<User> = {
  idOf: ({ id }) => id,
  tagsOf: () => ({}),
  notFound: prefixListNotFound,
  filters: {},
  pageSizes: { least: 5, most: 255 },
};

export const getManagedPrefixListAssociations = defineOperation<
  Ec2Dependencies,
  GetManagedPrefixListAssociationsRequest,
  GetManagedPrefixListAssociationsResult
>({
  authorise: onIds("GetManagedPrefixListAssociations", (input) => [input.PrefixListId]),
  handle: async (input, call, { store }) => {
    const users = await store.read(async (transaction): Promise<readonly User[]> => {
      const list = await requirePrefixList(transaction, scopeOfCall(call), input.PrefixListId);
      const groups = await securityGroupsWithPrefixList(transaction, list.id);
      return [...groups, ...(await routeTablesWithDestination(transaction, list.id))].filter(
        ({ accountId }) => accountId === call.accountId,
      );
    });
    const page = { MaxResults: input.MaxResults, NextToken: input.NextToken };
    const { views, NextToken } = describePage(users, describableUser, page, undefined, ({ id, accountId }) => ({
      ResourceId: id,
      ResourceOwner: accountId,
    }));
    return { PrefixListAssociations: views, NextToken };
  },
});
