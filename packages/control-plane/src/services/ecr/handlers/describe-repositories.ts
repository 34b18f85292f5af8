import type { DescribeRepositoriesRequest, DescribeRepositoriesResponse } from "@aws-sdk/client-ecr";
import { defineOperation } from "../../../gateway/operation.ts";
import { type EcrDependencies, scopeOf } from "../dependencies.ts";
import { checkNamedOrPaged } from "../named-items.ts";
import { pageOf } from "../paging.ts";
import { repositoryPermission } from "../permissions.ts";
import { repositoriesIn, requireRepository } from "../repository.ts";
import { repositoryView } from "../views.ts";

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeRepositories.html */
export const describeRepositories = defineOperation<
  EcrDependencies,
  DescribeRepositoriesRequest,
  DescribeRepositoriesResponse
>({
  authorise: {
    kind: "permissions",
    permissions: (input, call, { store }) => {
      const names = input.repositoryNames?.length ? input.repositoryNames : ["*"];
      return Promise.all(
        names.map((name) => repositoryPermission("DescribeRepositories", scopeOf(input, call), name, store)),
      );
    },
  },
  handle: async (input, call, dependencies) => {
    const scope = scopeOf(input, call);
    const { repositoryNames: names } = input;
    checkNamedOrPaged("repositoryNames", names, input);
    if (names !== undefined) {
      const found = await dependencies.store.read(async (transaction) => {
        const records = [];
        for (const name of names) records.push(await requireRepository(transaction, scope, name));
        return records;
      });
      return { repositories: found.map((repository) => repositoryView(repository, dependencies)) };
    }
    const all = await dependencies.store.read((transaction) => repositoriesIn(transaction, scope));
    const page = pageOf(all, ({ name }) => name, input);
    return {
      repositories: page.items.map((repository) => repositoryView(repository, dependencies)),
      nextToken: page.nextToken,
    };
  },
});
