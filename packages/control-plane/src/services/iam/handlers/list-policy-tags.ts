import type { ListPolicyTagsCommandInput, ListPolicyTagsCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { pageOf } from "../paging.ts";
import { onPolicy } from "../permissions.ts";
import { requirePolicy } from "../policy-uses.ts";
import { checkPolicyArn } from "../validation.ts";
import { tagsView } from "../views.ts";

export const listPolicyTags = defineOperation<
  IamDependencies,
  ListPolicyTagsCommandInput,
  Answer<ListPolicyTagsCommandOutput>
>({
  authorise: onPolicy("iam:ListPolicyTags"),
  handle: async (input, call, { store }) => {
    const arn = checkPolicyArn(input.PolicyArn);
    const policy = await store.read((transaction) => requirePolicy(transaction, call.accountId, arn));
    const { items, ...page } = pageOf(policy.tags, input, ({ Key }) => Key);
    return { Tags: tagsView(items), ...page };
  },
});
