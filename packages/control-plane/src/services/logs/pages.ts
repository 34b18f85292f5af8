import { constraintViolated, invalidParameter } from "./errors.ts";

/** Throws InvalidParameterException outside 1 to `maximum`; `maximum` where the caller gives none. */
export const checkLimit = (limit: number | undefined, maximum: number): number => {
  if (limit === undefined) return maximum;
  if (limit < 1) throw constraintViolated(String(limit), "limit", "Member must have value greater than or equal to 1");
  if (limit > maximum) {
    throw constraintViolated(String(limit), "limit", `Member must have value less than or equal to ${maximum}`);
  }
  return limit;
};

/** A token for the place behind `key`. */
export const encodePageToken = (key: string): string => Buffer.from(`after:${key}`).toString("base64url");
export const invalidToken = () => invalidParameter("The specified nextToken is invalid.");

/** Throws InvalidParameterException. */
export const decodePageToken = (token: string): string => {
  const text = Buffer.from(token, "base64url").toString();
  if (!text.startsWith("after:")) throw invalidToken();
  return text.slice(6);
};

/** One page of items that stand in a fixed order; `keyOf` must tell them apart. */
export const pageOf = <Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
  limit: number,
  nextToken: string | undefined,
): { readonly items: readonly Item[]; readonly nextToken: string | undefined } => {
  let start = 0;
  if (nextToken !== undefined) {
    const key = decodePageToken(nextToken);
    start = items.findIndex((item) => keyOf(item) === key) + 1;
    if (start === 0) throw invalidToken();
  }
  const page = items.slice(start, start + limit);
  const last = page.at(-1);
  return {
    items: page,
    nextToken: last !== undefined && start + limit < items.length ? encodePageToken(keyOf(last)) : undefined,
  };
};
