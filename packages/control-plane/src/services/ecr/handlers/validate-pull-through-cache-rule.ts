import type { ValidatePullThroughCacheRuleRequest, ValidatePullThroughCacheRuleResponse } from "@aws-sdk/client-ecr";
import { messageOf } from "@fleetless/kernel";
import { defineOperation } from "../../../gateway/operation.ts";
import type { EcrDependencies } from "../dependencies.ts";
import { ruleNotFound } from "../errors.ts";
import { onRegistry } from "../permissions.ts";
import { reachabilityProblem } from "../upstream/reachability.ts";
import { findRule } from "../upstream/rules.ts";
import { readUpstreamLogin } from "../upstream/upstream-login.ts";

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ValidatePullThroughCacheRule.html */
export const validatePullThroughCacheRule = defineOperation<
  EcrDependencies,
  ValidatePullThroughCacheRuleRequest,
  ValidatePullThroughCacheRuleResponse
>({
  authorise: onRegistry("ValidatePullThroughCacheRule"),
  handle: async ({ ecrRepositoryPrefix: prefix = "" }, call, { store, readUpstreamSecret }) => {
    const rule = await store.read((transaction) => findRule(transaction, call, prefix));
    if (rule === undefined) throw ruleNotFound(prefix, call.accountId);
    const { credentialArn } = rule;
    const noLogin =
      credentialArn === undefined
        ? undefined
        : await readUpstreamLogin(readUpstreamSecret, call, credentialArn).then(() => undefined, messageOf);
    const failure = noLogin ?? (await reachabilityProblem(rule.upstreamRegistryUrl));
    return {
      registryId: call.accountId,
      ecrRepositoryPrefix: prefix,
      upstreamRegistryUrl: rule.upstreamRegistryUrl,
      ...(credentialArn === undefined ? {} : { credentialArn }),
      isValid: failure === undefined,
      ...(failure === undefined ? {} : { failure }),
    };
  },
});
