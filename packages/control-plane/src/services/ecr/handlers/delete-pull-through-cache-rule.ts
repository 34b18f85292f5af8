import type { DeletePullThroughCacheRuleRequest, DeletePullThroughCacheRuleResponse } from "@aws-sdk/client-ecr";
import { defineOperation } from "../../../gateway/operation.ts";
import type { EcrDependencies } from "../dependencies.ts";
import { ruleNotFound } from "../errors.ts";
import { onRegistry } from "../permissions.ts";
import { ruleView } from "../upstream/rule-request.ts";
import { findRule, removeRule } from "../upstream/rules.ts";

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DeletePullThroughCacheRule.html */
export const deletePullThroughCacheRule = defineOperation<
  EcrDependencies,
  DeletePullThroughCacheRuleRequest,
  DeletePullThroughCacheRuleResponse
>({
  authorise: onRegistry("DeletePullThroughCacheRule"),
  handle: async ({ ecrRepositoryPrefix: prefix = "" }, call, { store }) => {
    const removed = await store.transaction(async (transaction) => {
      const rule = await findRule(transaction, call, prefix);
      if (rule === undefined) throw ruleNotFound(prefix, call.accountId);
      removeRule(transaction, rule);
      return rule;
    });
    const { updatedAt: _updatedAt, upstreamRegistry: _upstreamRegistry, ...view } = ruleView(removed);
    return view;
  },
});
