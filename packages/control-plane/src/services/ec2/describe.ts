import type { Filter } from "@aws-sdk/client-ec2";
import type { ServiceError } from "@fleetless/kernel";
import type { Tags } from "./collections.ts";
import { invalidNextToken, invalidParameterValue } from "./errors.ts";
import { matchesGlob } from "./glob.ts";

/** By filter name: the values of a resource that the filter looks at. */
export type FilterTable<Resource> = Readonly<
  Record<string, (resource: Resource) => string | readonly string[] | undefined>
>;

export interface DescribeRequest {
  readonly ids?: readonly string[] | undefined;
  readonly filters?: readonly Filter[] | undefined;
  readonly maxResults?: number | undefined;
  readonly nextToken?: string | undefined;
}

export interface Describable<Resource> {
  readonly idOf: (resource: Resource) => string;
  readonly tagsOf: (resource: Resource) => Tags;
  readonly filters: FilterTable<Resource>;
  readonly notFound: (id: string) => ServiceError;
}

const maximumFilterValues = 200;

const valuesOf = <Resource>(
  resource: Resource,
  name: string,
  describable: Describable<Resource>,
): readonly string[] => {
  const tags = describable.tagsOf(resource);
  if (name === "tag-key") return Object.keys(tags);
  if (name === "tag-value") return Object.values(tags);
  if (name.startsWith("tag:")) {
    const value = Object.hasOwn(tags, name.slice(4)) ? tags[name.slice(4)] : undefined;
    return value === undefined ? [] : [value];
  }
  const found = describable.filters[name]?.(resource);
  return found === undefined ? [] : typeof found === "string" ? [found] : found;
};

/** A filter holds where one of its values matches; all filters must hold. Throws InvalidParameterValue. */
const matchesFilters = <Resource>(
  resources: readonly Resource[],
  filters: readonly Filter[] | undefined,
  describable: Describable<Resource>,
): readonly Resource[] => {
  let matching = resources;
  for (const { Name: name = "", Values: wanted = [] } of filters ?? []) {
    const known = name === "tag-key" || name === "tag-value" || name.startsWith("tag:");
    if (!known && !Object.hasOwn(describable.filters, name)) {
      throw invalidParameterValue(`The filter '${name}' is invalid`);
    }
    if (wanted.length > maximumFilterValues) {
      throw invalidParameterValue(
        `The maximum number of filter values specified on a single call is ${maximumFilterValues}`,
      );
    }
    matching = matching.filter((resource) =>
      valuesOf(resource, name, describable).some((value) => wanted.some((pattern) => matchesGlob(pattern, value))),
    );
  }
  return matching;
};

const encodeToken = (lastId: string): string => Buffer.from(`after:${lastId}`).toString("base64url");
const decodeToken = (token: string): string => {
  const text = Buffer.from(token, "base64url").toString();
  if (!text.startsWith("after:") || encodeToken(text.slice(6)) !== token) throw invalidNextToken();
  return text.slice(6);
};

const byId = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** One page of what the ids and filters select, in order of ids. */
export const describe = <Resource>(
  resources: readonly Resource[],
  describable: Describable<Resource>,
  request: DescribeRequest,
): { readonly items: readonly Resource[]; readonly nextToken: string | undefined } => {
  const { ids = [], maxResults, nextToken } = request;
  if (maxResults !== undefined && (maxResults < 5 || maxResults > 1000)) {
    throw invalidParameterValue(
      `Value ( ${maxResults} ) for parameter maxResults is invalid. Expecting a value between 5 and 1000.`,
    );
  }
  const present = new Set(resources.map(describable.idOf));
  for (const id of ids) if (!present.has(id)) throw describable.notFound(id);
  const wanted = new Set(ids);
  const after = nextToken === undefined ? undefined : decodeToken(nextToken);
  const selected = matchesFilters(
    ids.length === 0 ? resources : resources.filter((resource) => wanted.has(describable.idOf(resource))),
    request.filters,
    describable,
  )
    .filter((resource) => after === undefined || describable.idOf(resource) > after)
    .toSorted((a, b) => byId(describable.idOf(a), describable.idOf(b)));
  const items = selected.slice(0, maxResults ?? 1000);
  const last = items.at(-1);
  return {
    items,
    nextToken: last !== undefined && items.length < selected.length ? encodeToken(describable.idOf(last)) : undefined,
  };
};
