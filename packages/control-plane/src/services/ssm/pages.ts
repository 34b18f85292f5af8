import { constraintViolated, invalidNextToken } from "./errors.ts";

/** One page of what is already in the order of its keys. Throws InvalidNextToken. */
export const pageOf = <Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
  {
    MaxResults: limit,
    NextToken: token,
  }: { readonly MaxResults?: number | undefined; readonly NextToken?: string | undefined },
  most: number,
): { readonly page: readonly Item[]; readonly nextToken: { readonly NextToken?: string } } => {
  const size = limit ?? most;
  if (size < 1 || size > most) {
    const bound = size < 1 ? "greater than or equal to 1" : `less than or equal to ${most}`;
    throw constraintViolated(String(size), "maxResults", `Member must have value ${bound}`);
  }
  const after = token === undefined ? undefined : Buffer.from(token, "base64url").toString("utf8");
  if (after !== undefined && !after.startsWith("after:")) throw invalidNextToken();
  const rest = after === undefined ? items : items.filter((item) => `after:${keyOf(item)}` > after);
  const page = rest.slice(0, size);
  const last = page.at(-1);
  return rest.length > size && last !== undefined
    ? { page, nextToken: { NextToken: Buffer.from(`after:${keyOf(last)}`).toString("base64url") } }
    : { page, nextToken: {} };
};
