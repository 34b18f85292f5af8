import type { ListPoliciesCommandInput, ListPoliciesCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import { awsManagedPolicies } from "../aws-managed-policies.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { checkPathPrefix } from "../owner-policies.ts";
import { pageOf } from "../paging.ts";
import { onAll } from "../permissions.ts";
import { policyUses } from "../policy-uses.ts";
import { listCustomerPolicies } from "../repository.ts";
import { policySummary } from "../views.ts";

export const listPolicies = defineOperation<
  IamDependencies,
  ListPoliciesCommandInput,
  Answer<ListPoliciesCommandOutput>
>({
  authorise: onAll("iam:ListPolicies"),
  handle: (input, call, { store }) =>
    store.read(async (transaction) => {
      const prefix = checkPathPrefix(input.PathPrefix);
      const scope = input.Scope ?? "All";
      const all = [
        ...(scope === "AWS" ? [] : await listCustomerPolicies(transaction, call.accountId)),
        ...(scope === "Local" ? [] : awsManagedPolicies),
      ].filter(({ path }) => path.startsWith(prefix));
      const counted = await Promise.all(
        all.map(async (policy) => ({ policy, uses: await policyUses(transaction, call.accountId, policy.arn) })),
      );
      const asBoundary = input.PolicyUsageFilter === "PermissionsBoundary";
      const wanted = counted.filter(
        ({ uses }) => input.OnlyAttached !== true || (asBoundary ? uses.boundaries : uses.attachments) > 0,
      );
      const { items, ...page } = pageOf(wanted, input, ({ policy }) => `${policy.policyName}/${policy.arn}`);
      return { Policies: items.map(({ policy, uses }) => policySummary(policy, uses)), ...page };
    }),
});
