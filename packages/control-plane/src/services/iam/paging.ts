import { validationError } from "./errors.ts";

export interface PageRequest {
  readonly Marker?: string | undefined;
  readonly MaxItems?: number | undefined;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly IsTruncated: boolean;
  readonly Marker?: string;
}

/** One page of a list in the order of `keyOf`; the marker is the last key of the page before. */
export const pageOf = <Item>(
  all: readonly Item[],
  { Marker: marker, MaxItems: maxItems = 100 }: PageRequest,
  keyOf: (item: Item) => string,
): Page<Item> => {
  if (maxItems < 1 || maxItems > 1_000) {
    const bound = maxItems < 1 ? "greater than or equal to 1" : "less than or equal to 1000";
    throw validationError(
      `1 validation error detected: Value '${maxItems}' at 'maxItems' failed to satisfy constraint: Member must have value ${bound}`,
    );
  }
  const after = marker === undefined ? undefined : decodeMarker(marker);
  const items = all
    .toSorted((left, right) => compare(keyOf(left), keyOf(right)))
    .filter((item) => after === undefined || compare(keyOf(item), after) > 0);
  const page = items.slice(0, maxItems);
  const last = page.at(-1);
  if (items.length === page.length || last === undefined) return { items: page, IsTruncated: false };
  return { items: page, IsTruncated: true, Marker: Buffer.from(`m:${keyOf(last)}`, "utf8").toString("base64url") };
};

const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

const decodeMarker = (marker: string): string => {
  const text = Buffer.from(marker, "base64url").toString("utf8");
  if (!text.startsWith("m:")) throw validationError("Invalid Marker.");
  return text.slice(2);
};
