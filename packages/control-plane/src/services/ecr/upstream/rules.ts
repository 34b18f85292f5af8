import type { UpstreamRegistry } from "@aws-sdk/client-ecr";
import type { ReadTransaction, Transaction } from "../../../state/store.ts";
import { defineCollection } from "../../../state/store.ts";
import { type Scope, scopePrefix } from "../collections.ts";

/** That repositories whose names begin with a prefix are a cache of another registry. */
export interface PullThroughRule extends Scope {
  /** Without a slash at its end; `ROOT` stands for every repository that no other rule takes. */
  readonly prefix: string;
  /** Host, and perhaps a port. */
  readonly upstreamRegistryUrl: string;
  readonly upstreamRegistry?: UpstreamRegistry;
  readonly upstreamRepositoryPrefix?: string;
  /** Of the secret with the login there. */
  readonly credentialArn?: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export const rootPrefix = "ROOT";

const pullThroughRules = defineCollection<PullThroughRule>("ecr.pull-through-cache-rules");

const keyOf = (scope: Scope, prefix: string): string => `${scopePrefix(scope)}${prefix}`;

export const findRule = (
  transaction: ReadTransaction,
  scope: Scope,
  prefix: string,
): Promise<PullThroughRule | undefined> => transaction.get(pullThroughRules, keyOf(scope, prefix));

export const putRule = (transaction: Transaction, rule: PullThroughRule): void =>
  transaction.put(pullThroughRules, keyOf(rule, rule.prefix), rule);

export const removeRule = (transaction: Transaction, rule: PullThroughRule): void =>
  transaction.delete(pullThroughRules, keyOf(rule, rule.prefix));

export const rulesIn = async (transaction: ReadTransaction, scope: Scope): Promise<readonly PullThroughRule[]> =>
  (await transaction.list(pullThroughRules, { prefix: scopePrefix(scope) })).map(({ document }) => document);

/** What a repository is a cache of. */
export interface Upstream {
  readonly registry: string;
  readonly repository: string;
  readonly credentialArn?: string;
}

const dockerHub = new Set(["docker.io", "index.docker.io", "registry-1.docker.io"]);

/** The rule with the longest prefix decides; undefined where none does. */
export const upstreamOf = (rules: readonly PullThroughRule[], repository: string): Upstream | undefined => {
  const fitting = rules
    .filter(({ prefix }) => prefix === rootPrefix || repository.startsWith(`${prefix}/`))
    .toSorted((a, b) => lengthOf(b) - lengthOf(a));
  const [rule] = fitting;
  if (rule === undefined) return undefined;
  const rest = rule.prefix === rootPrefix ? repository : repository.slice(rule.prefix.length + 1);
  const before = rule.upstreamRepositoryPrefix;
  const path = before === undefined || before === rootPrefix ? rest : `${before}/${rest}`;
  const login = rule.credentialArn === undefined ? {} : { credentialArn: rule.credentialArn };
  if (!dockerHub.has(rule.upstreamRegistryUrl)) {
    return { registry: rule.upstreamRegistryUrl, repository: path, ...login };
  }
  return { registry: "docker.io", repository: path.includes("/") ? path : `library/${path}`, ...login };
};

const lengthOf = ({ prefix }: PullThroughRule): number => (prefix === rootPrefix ? 0 : prefix.length);
