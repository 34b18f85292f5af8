import { constraintViolated, invalidMarker } from "./errors.ts";

interface PageRequest {
  readonly Limit?: number | undefined;
  readonly Marker?: string | undefined;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly marker: { readonly NextMarker?: string; readonly Truncated: boolean };
}

/** One page of items in the order of their keys. Throws InvalidMarkerException. */
export const pageOf = <Item>(
  all: readonly Item[],
  keyOf: (item: Item) => string,
  { Limit: limit = 50, Marker: marker }: PageRequest,
  maximum = 1000,
): Page<Item> => {
  if (limit < 1 || limit > maximum) {
    const bound = limit < 1 ? "greater than or equal to 1" : `less than or equal to ${maximum}`;
    throw constraintViolated(String(limit), "limit", `Member must have value ${bound}`);
  }
  const sorted = all.toSorted((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1));
  const after = marker === undefined ? undefined : Buffer.from(marker, "base64url").toString("utf8");
  if (after !== undefined && !after.startsWith("after:")) throw invalidMarker();
  const rest = after === undefined ? sorted : sorted.filter((item) => `after:${keyOf(item)}` > after);
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  return rest.length > limit && last !== undefined
    ? {
        items,
        marker: { Truncated: true, NextMarker: Buffer.from(`after:${keyOf(last)}`).toString("base64url") },
      }
    : { items, marker: { Truncated: false } };
};
