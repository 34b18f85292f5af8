import type { ListInstanceProfilesCommandInput, ListInstanceProfilesCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { instanceProfileView, listProfiles } from "../instance-profiles.ts";
import { checkPathPrefix } from "../owner-policies.ts";
import { pageOf } from "../paging.ts";
import { onAll } from "../permissions.ts";

export const listInstanceProfiles = defineOperation<
  IamDependencies,
  ListInstanceProfilesCommandInput,
  Answer<ListInstanceProfilesCommandOutput>
>({
  authorise: onAll("iam:ListInstanceProfiles"),
  handle: (input, call, { store }) =>
    store.read(async (transaction) => {
      const prefix = checkPathPrefix(input.PathPrefix);
      const all = (await listProfiles(transaction, call.accountId)).filter(({ path }) => path.startsWith(prefix));
      const { items, ...page } = pageOf(all, input, ({ profileName }) => profileName);
      return {
        InstanceProfiles: await Promise.all(items.map((profile) => instanceProfileView(transaction, profile))),
        ...page,
      };
    }),
});
