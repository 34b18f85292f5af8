import type { UpdatePullThroughCacheRuleRequest, UpdatePullThroughCacheRuleResponse } from "@aws-sdk/client-ecr";
import { defineOperation } from "../../../gateway/operation.ts";
import type { EcrDependencies } from "../dependencies.ts";
import { invalidParameter, notSupported, ruleNotFound } from "../errors.ts";
import { permissionsOnRule } from "../permissions.ts";
import { ruleView } from "../upstream/rule-request.ts";
import { findRule, putRule } from "../upstream/rules.ts";
import { checkCredentialArn, readUpstreamLogin } from "../upstream/upstream-login.ts";

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_UpdatePullThroughCacheRule.html */
export const updatePullThroughCacheRule = defineOperation<
  EcrDependencies,
  UpdatePullThroughCacheRuleRequest,
  UpdatePullThroughCacheRuleResponse
>({
  authorise: {
    kind: "permissions",
    permissions: async ({ ecrRepositoryPrefix: prefix = "", credentialArn }, call, { store }) => {
      const rule = await store.read((transaction) => findRule(transaction, call, prefix));
      return permissionsOnRule("UpdatePullThroughCacheRule", credentialArn, rule?.upstreamRegistryUrl ?? "");
    },
  },
  handle: async (input, call, { store, clock, readUpstreamSecret }) => {
    const { ecrRepositoryPrefix: prefix = "", credentialArn } = input;
    if (input.customRoleArn !== undefined) throw notSupported("customRoleArn of a pull through cache rule");
    if (credentialArn === undefined) throw invalidParameter("Invalid parameter at 'credentialArn': it is required");
    const find = () => store.read((transaction) => findRule(transaction, call, prefix));
    if ((await find()) === undefined) throw ruleNotFound(prefix, call.accountId);
    checkCredentialArn(credentialArn, call);
    await readUpstreamLogin(readUpstreamSecret, call, credentialArn);
    const updated = await store.transaction(async (transaction) => {
      const rule = await findRule(transaction, call, prefix);
      if (rule === undefined) throw ruleNotFound(prefix, call.accountId);
      const changed = { ...rule, credentialArn, updatedAt: clock.now() };
      putRule(transaction, changed);
      return changed;
    });
    const { ecrRepositoryPrefix, registryId, updatedAt } = ruleView(updated);
    return {
      ecrRepositoryPrefix,
      registryId,
      updatedAt,
      credentialArn,
      ...(updated.upstreamRepositoryPrefix === undefined
        ? {}
        : { upstreamRepositoryPrefix: updated.upstreamRepositoryPrefix }),
    };
  },
});
