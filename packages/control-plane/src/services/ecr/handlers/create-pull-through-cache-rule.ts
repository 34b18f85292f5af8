import type { CreatePullThroughCacheRuleRequest, CreatePullThroughCacheRuleResponse } from "@aws-sdk/client-ecr";
import { defineOperation } from "../../../gateway/operation.ts";
import type { EcrDependencies } from "../dependencies.ts";
import { ruleExists } from "../errors.ts";
import { onRegistry } from "../permissions.ts";
import { ruleFrom, ruleView } from "../upstream/rule-request.ts";
import { findRule, putRule } from "../upstream/rules.ts";

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreatePullThroughCacheRule.html */
export const createPullThroughCacheRule = defineOperation<
  EcrDependencies,
  CreatePullThroughCacheRuleRequest,
  CreatePullThroughCacheRuleResponse
>({
  authorise: onRegistry("CreatePullThroughCacheRule"),
  handle: async (input, call, { store, clock }) => {
    const rule = ruleFrom(input, call, clock.now());
    await store.transaction(async (transaction) => {
      if ((await findRule(transaction, call, rule.prefix)) !== undefined) throw ruleExists(rule.prefix, call.accountId);
      putRule(transaction, rule);
    });
    const { updatedAt: _updatedAt, ...view } = ruleView(rule);
    return view;
  },
});
