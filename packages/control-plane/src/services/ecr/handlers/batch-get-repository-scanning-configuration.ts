import type {
  BatchGetRepositoryScanningConfigurationRequest,
  BatchGetRepositoryScanningConfigurationResponse,
  RegistryScanningRule,
  RepositoryScanningConfiguration,
} from "@aws-sdk/client-ecr";
import { matchesWildcard } from "@fleetless/engine";
import { defineOperation } from "../../../gateway/operation.ts";
import type { RepositoryRecord } from "../collections.ts";
import type { EcrDependencies } from "../dependencies.ts";
import { repositoryNotFound } from "../errors.ts";
import { repositoryArn } from "../names.ts";
import { repositoryPermission } from "../permissions.ts";
import { findRepository, readRegistry } from "../repository.ts";

/** A filter without a wildcard fits whatever contains it. */
const fits = (name: string, filter: string): boolean =>
  filter.includes("*") ? matchesWildcard(filter, name) : name.includes(filter);

/** What the registry's rules and the repository's own setting make of it, the rules first. */
const configurationOf = (
  repository: RepositoryRecord,
  rules: readonly RegistryScanningRule[],
): RepositoryScanningConfiguration => {
  const fitting = rules.flatMap(({ scanFrequency, repositoryFilters = [] }) =>
    repositoryFilters
      .filter(({ filter = "" }) => fits(repository.name, filter))
      .map((filter) => ({ scanFrequency, filter })),
  );
  const scanFrequency = fitting[0]?.scanFrequency ?? (repository.scanOnPush ? "SCAN_ON_PUSH" : "MANUAL");
  return {
    repositoryArn: repositoryArn(repository, repository.name),
    repositoryName: repository.name,
    scanOnPush: scanFrequency === "SCAN_ON_PUSH",
    scanFrequency,
    appliedScanFilters: fitting.map(({ filter }) => filter),
  };
};

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchGetRepositoryScanningConfiguration.html */
export const batchGetRepositoryScanningConfiguration = defineOperation<
  EcrDependencies,
  BatchGetRepositoryScanningConfigurationRequest,
  BatchGetRepositoryScanningConfigurationResponse
>({
  authorise: {
    kind: "permissions",
    permissions: ({ repositoryNames = [] }, call, { store }) =>
      Promise.all(
        repositoryNames.map((name) =>
          repositoryPermission("BatchGetRepositoryScanningConfiguration", call, name, store),
        ),
      ),
  },
  handle: async ({ repositoryNames = [] }, call, { store }) =>
    store.read(async (transaction) => {
      const rules = (await readRegistry(transaction, call)).scanning?.rules ?? [];
      const scanningConfigurations: RepositoryScanningConfiguration[] = [];
      const failures: BatchGetRepositoryScanningConfigurationResponse["failures"] = [];
      for (const name of repositoryNames) {
        const repository = await findRepository(transaction, call, name);
        if (repository !== undefined) scanningConfigurations.push(configurationOf(repository, rules));
        else {
          const failureReason = repositoryNotFound(name, call.accountId).message;
          failures.push({ repositoryName: name, failureCode: "REPOSITORY_NOT_FOUND", failureReason });
        }
      }
      return { scanningConfigurations, failures };
    }),
});
