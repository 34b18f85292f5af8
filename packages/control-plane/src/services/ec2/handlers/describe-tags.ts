import type { DescribeTagsRequest, DescribeTagsResult, TagDescription } from "@aws-sdk/client-ec2";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { type Describable, describe } from "../describe.ts";
import { invalidParameterValue } from "../errors.ts";
import { taggedResources } from "../taggable-resources.ts";

interface Tagged {
  readonly resourceId: string;
  readonly resourceType: NonNullable<TagDescription["ResourceType"]>;
  readonly key: string;
  readonly value: string;
}

const describableTag: Describable<Tagged> = {
  idOf: ({ resourceId, key }) => `${resourceId} ${key}`,
  tagsOf: ({ key, value }) => ({ [key]: value }),
  notFound: (id) => invalidParameterValue(`No such tag: ${id}`),
  filters: {
    key: ({ key }) => key,
    value: ({ value }) => value,
    "resource-id": ({ resourceId }) => resourceId,
    "resource-type": ({ resourceType }) => resourceType,
  },
};

export const describeTags = defineOperation<Ec2Dependencies, DescribeTagsRequest, DescribeTagsResult>({
  authorise: permission("ec2:DescribeTags", () => ["*"]),
  handle: async (input, call, { store }) => {
    const resources = await store.read((transaction) => taggedResources(transaction, scopeOfCall(call)));
    const all = resources.flatMap(({ id, resourceType, tags }) =>
      Object.entries(tags).map(([key, value]): Tagged => ({ resourceId: id, resourceType, key, value })),
    );
    const page = describe(all, describableTag, {
      filters: input.Filters,
      maxResults: input.MaxResults,
      nextToken: input.NextToken,
    });
    return {
      Tags: page.items.map(({ resourceId, resourceType, key, value }) => ({
        ResourceId: resourceId,
        ResourceType: resourceType,
        Key: key,
        Value: value,
      })),
      NextToken: page.nextToken,
    };
  },
});
