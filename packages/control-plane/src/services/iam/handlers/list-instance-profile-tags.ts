import type { ListInstanceProfileTagsCommandInput, ListInstanceProfileTagsCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { onInstanceProfile, requireInstanceProfile } from "../instance-profiles.ts";
import { pageOf } from "../paging.ts";
import { present } from "../validation.ts";
import { tagsView } from "../views.ts";

export const listInstanceProfileTags = defineOperation<
  IamDependencies,
  ListInstanceProfileTagsCommandInput,
  Answer<ListInstanceProfileTagsCommandOutput>
>({
  authorise: onInstanceProfile("iam:ListInstanceProfileTags"),
  handle: (input, call, { store }) =>
    store.read(async (transaction) => {
      const { tags } = await requireInstanceProfile(
        transaction,
        call.accountId,
        present(input.InstanceProfileName, "instanceProfileName"),
      );
      const { items, ...page } = pageOf(tags, input, ({ Key }) => Key);
      return { Tags: tagsView(items), ...page };
    }),
});
