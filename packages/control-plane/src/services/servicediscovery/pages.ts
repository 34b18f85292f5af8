import { invalidInput } from "./errors.ts";

interface PageRequest {
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

const most = 100;

/** One page of items in the order of their keys. Throws InvalidInput. */
export const pageOf = <Item>(
  all: readonly Item[],
  keyOf: (item: Item) => string,
  { MaxResults: size = most, NextToken: token }: PageRequest,
  limit = most,
): { readonly page: readonly Item[]; readonly next: { readonly NextToken?: string } } => {
  if (size < 1 || size > limit) throw invalidInput(`MaxResults must be from 1 to ${limit}, not ${size}`);
  const after = token === undefined ? undefined : Buffer.from(token, "base64url").toString("utf8");
  if (after !== undefined && !after.startsWith("after:")) throw invalidInput("The NextToken is not valid.");
  const sorted = all.toSorted((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1));
  const rest = after === undefined ? sorted : sorted.filter((item) => `after:${keyOf(item)}` > after);
  const page = rest.slice(0, size);
  const last = page.at(-1);
  return rest.length > size && last !== undefined
    ? { page, next: { NextToken: Buffer.from(`after:${keyOf(last)}`).toString("base64url") } }
    : { page, next: {} };
};
