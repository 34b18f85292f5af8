import type { ListPolicyVersionsCommandInput, ListPolicyVersionsCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { pageOf } from "../paging.ts";
import { onPolicy } from "../permissions.ts";
import { requirePolicy } from "../policy-uses.ts";
import { checkPolicyArn } from "../validation.ts";
import { versionSummary } from "../views.ts";

/** The newest first, as AWS lists them. */
export const listPolicyVersions = defineOperation<
  IamDependencies,
  ListPolicyVersionsCommandInput,
  Answer<ListPolicyVersionsCommandOutput>
>({
  authorise: onPolicy("iam:ListPolicyVersions"),
  handle: async (input, call, { store }) => {
    const arn = checkPolicyArn(input.PolicyArn);
    const policy = await store.read((transaction) => requirePolicy(transaction, call.accountId, arn));
    const newestFirst = policy.versions.toReversed().map((version, index) => ({ version, index }));
    const { items, ...page } = pageOf(newestFirst, input, ({ index }) => String(index));
    return { Versions: items.map(({ version }) => versionSummary(policy, version)), ...page };
  },
});
