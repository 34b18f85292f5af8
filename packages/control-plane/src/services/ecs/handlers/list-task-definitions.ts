import type { ListTaskDefinitionsRequest, ListTaskDefinitionsResponse } from "@aws-sdk/client-ecs";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import type { EcsDependencies } from "../dependencies.ts";
import { pageOf } from "../paging.ts";
import { listTaskDefinitions as readTaskDefinitions } from "../repository.ts";

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTaskDefinitions.html */
export const listTaskDefinitions = defineOperation<
  EcsDependencies,
  ListTaskDefinitionsRequest,
  ListTaskDefinitionsResponse
>({
  authorise: permission("ecs:ListTaskDefinitions", () => ["*"]),
  handle: async (input, call, { store }) => {
    const found = await store.read((transaction) =>
      readTaskDefinitions(transaction, call, input.familyPrefix, input.status ?? "ACTIVE"),
    );
    const sorted = found.toSorted((a, b) =>
      a.family === b.family ? a.revision - b.revision : a.family < b.family ? -1 : 1,
    );
    const page = pageOf(input.sort === "DESC" ? sorted.reverse() : sorted, ({ arn }) => arn, input);
    return { taskDefinitionArns: page.items.map(({ arn }) => arn), nextToken: page.nextToken };
  },
});
