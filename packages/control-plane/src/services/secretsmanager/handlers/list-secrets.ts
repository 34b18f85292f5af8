import type { ListSecretsRequest, ListSecretsResponse } from "@aws-sdk/client-secrets-manager";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import type { SecretRecord } from "../collections.ts";
import type { SecretsManagerDependencies } from "../dependencies.ts";
import { matchesFilters } from "../filters.ts";
import { pageOf } from "../pages.ts";
import { scopeOf } from "../permissions.ts";
import { secretsIn } from "../repository.ts";
import { listedSecret } from "../views.ts";

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListSecrets.html */
export const listSecrets = defineOperation<SecretsManagerDependencies, ListSecretsRequest, ListSecretsResponse>({
  authorise: permission("secretsmanager:ListSecrets", () => ["*"]),
  handle: async (input, call, { store, clock }) => {
    const all = await store.read((transaction) => secretsIn(transaction, scopeOf(call), clock.now()));
    const wanted = all
      .filter(({ deletionAt }) => input.IncludePlannedDeletion === true || deletionAt === undefined)
      .filter((secret) => matchesFilters(secret, input.Filters));
    const sorted = wanted.toSorted(orderOf(input));
    if (input.SortOrder !== "asc") sorted.reverse();
    const { page, nextToken } = pageOf(sorted, ({ arn }) => arn, input.MaxResults ?? 100, input.NextToken);
    return { SecretList: page.map(listedSecret), ...nextToken };
  },
});

const orderOf =
  ({ SortBy }: ListSecretsRequest) =>
  (one: SecretRecord, other: SecretRecord): number => {
    switch (SortBy) {
      case "name":
        return one.name < other.name ? -1 : 1;
      case "last-changed-date":
        return one.changedAt - other.changedAt;
      case "last-accessed-date":
        return (one.accessedAt ?? 0) - (other.accessedAt ?? 0);
      default:
        return one.createdAt - other.createdAt;
    }
  };
