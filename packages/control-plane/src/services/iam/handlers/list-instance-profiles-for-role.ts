import type {
  ListInstanceProfilesForRoleCommandInput,
  ListInstanceProfilesForRoleCommandOutput,
} from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { instanceProfileView, profilesOfRole } from "../instance-profiles.ts";
import { requireOwner, roleOwner } from "../owners.ts";
import { pageOf } from "../paging.ts";
import { onRole } from "../permissions.ts";
import { present } from "../validation.ts";

export const listInstanceProfilesForRole = defineOperation<
  IamDependencies,
  ListInstanceProfilesForRoleCommandInput,
  Answer<ListInstanceProfilesForRoleCommandOutput>
>({
  authorise: onRole("iam:ListInstanceProfilesForRole"),
  handle: (input, call, { store }) =>
    store.read(async (transaction) => {
      const roleName = present(input.RoleName, "roleName");
      await requireOwner(transaction, roleOwner, call.accountId, roleName);
      const all = await profilesOfRole(transaction, call.accountId, roleName);
      const { items, ...page } = pageOf(all, input, ({ profileName }) => profileName);
      return {
        InstanceProfiles: await Promise.all(items.map((profile) => instanceProfileView(transaction, profile))),
        ...page,
      };
    }),
});
