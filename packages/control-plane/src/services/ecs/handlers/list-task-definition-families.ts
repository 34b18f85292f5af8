import type { ListTaskDefinitionFamiliesRequest, ListTaskDefinitionFamiliesResponse } from "@aws-sdk/client-ecs";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import type { FamilyRecord } from "../collections.ts";
import type { EcsDependencies } from "../dependencies.ts";
import { pageOf } from "../paging.ts";
import { listFamilies } from "../repository.ts";

const hasStatus = ({ newestActive }: FamilyRecord, status: ListTaskDefinitionFamiliesRequest["status"]): boolean =>
  status === "ALL" || (newestActive !== undefined) === (status !== "INACTIVE");

/** A family is ACTIVE while one of its definitions is. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTaskDefinitionFamilies.html */
export const listTaskDefinitionFamilies = defineOperation<
  EcsDependencies,
  ListTaskDefinitionFamiliesRequest,
  ListTaskDefinitionFamiliesResponse
>({
  authorise: permission("ecs:ListTaskDefinitionFamilies", () => ["*"]),
  handle: async (input, call, { store }) => {
    const families = await store.read((transaction) => listFamilies(transaction, call, input.familyPrefix ?? ""));
    const names = families
      .filter((family) => hasStatus(family, input.status ?? "ALL"))
      .map(({ family }) => family)
      .sort();
    const page = pageOf(names, (name) => name, input);
    return { families: [...page.items], nextToken: page.nextToken };
  },
});
