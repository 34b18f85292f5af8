import { invalidParameter } from "./errors.ts";

const tokenPattern = /^[A-Za-z0-9_-]+$/;

/** An opaque token for the place behind `key`. */
export const encodeToken = (key: string): string => Buffer.from(key, "utf8").toString("base64url");

/** Throws InvalidParameterException for what is not a token. */
export const decodeToken = (token: string | undefined): string | undefined => {
  if (token === undefined || token === "") return undefined;
  if (token.length > 4_096 || !tokenPattern.test(token)) throw invalidParameter("Invalid token.");
  return Buffer.from(token, "base64url").toString("utf8");
};

export const pageSize = (maxResults: number | undefined, maximum = 100): number => {
  if (maxResults === undefined) return maximum;
  if (!Number.isInteger(maxResults) || maxResults < 1 || maxResults > maximum) {
    throw invalidParameter(`maxResults must be between 1 and ${maximum}.`);
  }
  return maxResults;
};

/** One page of items that are all in memory already, in the order of their unique names. */
export const pageOf = <Item>(
  items: readonly Item[],
  nameOf: (item: Item) => string,
  request: { readonly nextToken?: string | undefined; readonly maxResults?: number | undefined },
): { readonly items: readonly Item[]; readonly nextToken?: string } => {
  const after = decodeToken(request.nextToken);
  const limit = pageSize(request.maxResults);
  const start = after === undefined ? 0 : items.findIndex((item) => nameOf(item) === after) + 1;
  if (after !== undefined && start === 0) throw invalidParameter("Invalid token.");
  const page = items.slice(start, start + limit);
  const last = page.at(-1);
  return last !== undefined && start + limit < items.length
    ? { items: page, nextToken: encodeToken(nameOf(last)) }
    : { items: page };
};
