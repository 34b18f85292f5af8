import type { DescribePullThroughCacheRulesRequest, DescribePullThroughCacheRulesResponse } from "@aws-sdk/client-ecr";
import { defineOperation } from "../../../gateway/operation.ts";
import type { EcrDependencies } from "../dependencies.ts";
import { ruleNotFound } from "../errors.ts";
import { pageOf } from "../paging.ts";
import { onRegistry } from "../permissions.ts";
import { ruleView } from "../upstream/rule-request.ts";
import { rulesIn } from "../upstream/rules.ts";

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribePullThroughCacheRules.html */
export const describePullThroughCacheRules = defineOperation<
  EcrDependencies,
  DescribePullThroughCacheRulesRequest,
  DescribePullThroughCacheRulesResponse
>({
  authorise: onRegistry("DescribePullThroughCacheRules"),
  handle: async (input, call, { store }) => {
    const all = await store.read((transaction) => rulesIn(transaction, call));
    const wanted = input.ecrRepositoryPrefixes ?? [];
    const missing = wanted.find((prefix) => !all.some((rule) => rule.prefix === prefix));
    if (missing !== undefined) throw ruleNotFound(missing, call.accountId);
    const named = all.filter(({ prefix }) => wanted.length === 0 || wanted.includes(prefix));
    const page = pageOf(named, ({ prefix }) => prefix, input);
    return { pullThroughCacheRules: page.items.map(ruleView), nextToken: page.nextToken };
  },
});
