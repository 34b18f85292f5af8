import type { Filter } from "@aws-sdk/client-ec2";
import type { ServiceError } from "@fleetless/kernel";
import type { Tags } from "./collections.ts";
import { filterLimitExceeded, invalidNextToken, invalidParameterValue } from "./errors.ts";
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
  /** Its place among all, where several have one id. */
  readonly placeOf?: (resource: Resource) => string;
  readonly tagsOf: (resource: Resource) => Tags;
  readonly filters: FilterTable<Resource>;
  readonly notFound: (id: string) => ServiceError;
  /** What MaxResults may be; 5 to 1000 where not given. */
  readonly pageSizes?: PageSizes;
}

export interface PageSizes {
  readonly least: number;
  readonly most: number;
  /** AWS takes a greater number for the greatest. */
  readonly clamped?: boolean;
}

const usualPageSizes: PageSizes = { least: 5, most: 1000 };
/** Of the calls whose MaxResults has no bounds in AWS's model. */
export const unboundedPageSizes: PageSizes = { least: 1, most: 1000, clamped: true };

const readPageSize = (asked: number | undefined, { least, most, clamped }: PageSizes): number => {
  if (asked === undefined) return usualPageSizes.most;
  const bound = asked < least ? `greater than ${least}` : `less than or equal to ${most}`;
  if (asked < least || (asked > most && clamped !== true)) {
    throw invalidParameterValue(`Value ( ${asked} ) for parameter maxResults is invalid. Expecting a value ${bound}.`);
  }
  return Math.min(asked, most);
};

/** In all filters of one call. */
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
  const values = (filters ?? []).reduce((sum, { Values }) => sum + (Values?.length ?? 0), 0);
  if (values > maximumFilterValues) throw filterLimitExceeded(maximumFilterValues);
  for (const { Name: name = "", Values: wanted = [] } of filters ?? []) {
    const known = name === "tag-key" || name === "tag-value" || name.startsWith("tag:");
    if (!known && !Object.hasOwn(describable.filters, name)) {
      throw invalidParameterValue(`The filter '${name}' is invalid`);
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
  const pageSize = readPageSize(maxResults, describable.pageSizes ?? usualPageSizes);
  const present = new Set(resources.map(describable.idOf));
  for (const id of ids) if (!present.has(id)) throw describable.notFound(id);
  const wanted = new Set(ids);
  const placeOf = describable.placeOf ?? describable.idOf;
  const after = nextToken === undefined ? undefined : decodeToken(nextToken);
  const selected = matchesFilters(
    ids.length === 0 ? resources : resources.filter((resource) => wanted.has(describable.idOf(resource))),
    request.filters,
    describable,
  )
    .filter((resource) => after === undefined || placeOf(resource) > after)
    .toSorted((a, b) => byId(placeOf(a), placeOf(b)));
  const items = selected.slice(0, pageSize);
  const last = items.at(-1);
  return {
    items,
    nextToken: last !== undefined && items.length < selected.length ? encodeToken(placeOf(last)) : undefined,
  };
};
