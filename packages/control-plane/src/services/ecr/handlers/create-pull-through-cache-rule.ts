import type { CreatePullThroughCacheRuleRequest, CreatePullThroughCacheRuleResponse } from "@aws-sdk/client-ecr";
import { defineOperation } from "../../../gateway/operation.ts";
import type { EcrDependencies } from "../dependencies.ts";
import { ruleExists } from "../errors.ts";
import { permissionsOnRule } from "../permissions.ts";
import { ruleFrom, ruleView } from "../upstream/rule-request.ts";
import { findRule, putRule } from "../upstream/rules.ts";
import { readUpstreamLogin } from "../upstream/upstream-login.ts";

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreatePullThroughCacheRule.html */
export const createPullThroughCacheRule = defineOperation<
  EcrDependencies,
  CreatePullThroughCacheRuleRequest,
  CreatePullThroughCacheRuleResponse
>({
  authorise: {
    kind: "permissions",
    permissions: ({ credentialArn, upstreamRegistryUrl = "" }) =>
      permissionsOnRule(
        "CreatePullThroughCacheRule",
        credentialArn,
        upstreamRegistryUrl.replace(/^https:\/\//, "").replace(/\/$/, ""),
      ),
  },
  handle: async (input, call, { store, clock, readUpstreamSecret }) => {
    const rule = ruleFrom(input, call, clock.now());
    if (rule.credentialArn !== undefined) await readUpstreamLogin(readUpstreamSecret, call, rule.credentialArn);
    await store.transaction(async (transaction) => {
      if ((await findRule(transaction, call, rule.prefix)) !== undefined) throw ruleExists(rule.prefix, call.accountId);
      putRule(transaction, rule);
    });
    const { updatedAt: _updatedAt, ...view } = ruleView(rule);
    return view;
  },
});
