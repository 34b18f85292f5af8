import type { Filter } from "@aws-sdk/client-ec2";
import { type Describable, describe } from "./describe.ts";

interface PagedInput {
  readonly Filters?: readonly Filter[] | undefined;
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

/** One page of the resources that a describing call asks for, as AWS shows them. */
export const describePage = <Resource, View>(
  resources: readonly Resource[],
  describable: Describable<Resource>,
  input: PagedInput,
  ids: readonly string[] | undefined,
  view: (resource: Resource) => View,
): { readonly views: View[]; readonly NextToken: string | undefined } => {
  const { items, nextToken } = describe(resources, describable, {
    ids,
    filters: input.Filters,
    maxResults: input.MaxResults,
    nextToken: input.NextToken,
  });
  return { views: items.map(view), NextToken: nextToken };
};
