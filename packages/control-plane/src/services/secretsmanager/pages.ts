import { constraintViolated, invalidNextToken } from "./errors.ts";

/** One page of what is already in order. Throws InvalidNextTokenException. */
export const pageOf = <Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
  limit: number,
  nextToken: string | undefined,
  most = 100,
): { readonly page: readonly Item[]; readonly nextToken: { readonly NextToken?: string } } => {
  if (limit < 1 || limit > most) {
    const bound = limit < 1 ? "greater than or equal to 1" : `less than or equal to ${most}`;
    throw constraintViolated(String(limit), "maxResults", `Member must have value ${bound}`);
  }
  let start = 0;
  if (nextToken !== undefined) {
    const last = Buffer.from(nextToken, "base64url").toString("utf8");
    start = items.findIndex((item) => keyOf(item) === last) + 1;
    if (start === 0) throw invalidNextToken();
  }
  const page = items.slice(start, start + limit);
  const last = page.at(-1);
  return start + limit < items.length && last !== undefined
    ? { page, nextToken: { NextToken: Buffer.from(keyOf(last)).toString("base64url") } }
    : { page, nextToken: {} };
};
