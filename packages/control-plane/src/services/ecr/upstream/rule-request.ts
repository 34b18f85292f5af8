import type { CreatePullThroughCacheRuleRequest, PullThroughCacheRule } from "@aws-sdk/client-ecr";
import type { Scope } from "../collections.ts";
import { invalidParameter, notSupported, unsupportedUpstream } from "../errors.ts";
import { type PullThroughRule, rootPrefix } from "./rules.ts";
import { checkCredentialArn } from "./upstream-login.ts";

const prefixForm = /^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/?)+$/;
const hostForm = /^(?=.{1,255}$)[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?$/i;
const privateRegistry = /\.dkr[.-]ecr\./;

const prefixOf = (given: string, parameter: string): string => {
  if (given === rootPrefix) return given;
  const prefix = given.replace(/\/$/, "");
  if (prefix.length >= 2 && prefix.length <= 30 && prefixForm.test(prefix)) return prefix;
  throw invalidParameter(
    `Invalid parameter at '${parameter}' failed to satisfy constraint: 'it has 2 to 30 characters and is like a repository name'`,
  );
};

/**
 * A rule as it is asked for. Any registry may stand behind the cache, not only those that AWS knows; one on loopback
 * is spoken to without TLS. Throws ServiceError.
 */
export const ruleFrom = (input: CreatePullThroughCacheRuleRequest, scope: Scope, now: number): PullThroughRule => {
  const { ecrRepositoryPrefix = "", upstreamRegistryUrl = "", upstreamRepositoryPrefix: upstreamPrefix } = input;
  const { credentialArn } = input;
  if (credentialArn !== undefined) checkCredentialArn(credentialArn, scope);
  if (input.customRoleArn !== undefined) throw notSupported("customRoleArn of a pull through cache rule");
  const registry = upstreamRegistryUrl.replace(/^https:\/\//, "").replace(/\/$/, "");
  if (!hostForm.test(registry)) throw unsupportedUpstream(`'${upstreamRegistryUrl.slice(0, 300)}' is no registry`);
  if (privateRegistry.test(registry)) throw notSupported("A pull through cache of a private ECR registry");
  return {
    accountId: scope.accountId,
    region: scope.region,
    prefix: prefixOf(ecrRepositoryPrefix, "ecrRepositoryPrefix"),
    upstreamRegistryUrl: registry,
    ...(input.upstreamRegistry === undefined ? {} : { upstreamRegistry: input.upstreamRegistry }),
    ...(upstreamPrefix === undefined
      ? {}
      : { upstreamRepositoryPrefix: prefixOf(upstreamPrefix, "upstreamRepositoryPrefix") }),
    ...(credentialArn === undefined ? {} : { credentialArn }),
    createdAt: now,
    updatedAt: now,
  };
};

export const ruleView = (rule: PullThroughRule): PullThroughCacheRule => ({
  ecrRepositoryPrefix: rule.prefix,
  upstreamRegistryUrl: rule.upstreamRegistryUrl,
  createdAt: new Date(rule.createdAt),
  updatedAt: new Date(rule.updatedAt),
  registryId: rule.accountId,
  ...(rule.credentialArn === undefined ? {} : { credentialArn: rule.credentialArn }),
  ...(rule.upstreamRegistry === undefined ? {} : { upstreamRegistry: rule.upstreamRegistry }),
  ...(rule.upstreamRepositoryPrefix === undefined ? {} : { upstreamRepositoryPrefix: rule.upstreamRepositoryPrefix }),
});
