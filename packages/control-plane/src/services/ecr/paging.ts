import { invalidParameter } from "./errors.ts";

export interface PageRequest {
  readonly nextToken?: string | undefined;
  readonly maxResults?: number | undefined;
}

const tokenOf = (name: string): string => Buffer.from(name, "utf8").toString("base64url");

const nameInToken = (token: string): string => {
  const name = Buffer.from(token, "base64url").toString("utf8");
  if (name !== "" && tokenOf(name) === token) return name;
  throw invalidParameter("Invalid parameter at 'nextToken' failed to satisfy constraint: 'Invalid token provided'");
};

/** One page of items in the order of their unique names. Throws InvalidParameterException. */
export const pageOf = <Item>(
  items: readonly Item[],
  nameOf: (item: Item) => string,
  { nextToken, maxResults = 100 }: PageRequest,
): { readonly items: readonly Item[]; readonly nextToken?: string } => {
  if (!Number.isInteger(maxResults) || maxResults < 1 || maxResults > 1000) {
    throw invalidParameter(
      "Invalid parameter at 'maxResults' failed to satisfy constraint: 'Member must have a value between 1 and 1000'",
    );
  }
  const after = nextToken === undefined ? undefined : nameInToken(nextToken);
  const behind = after === undefined ? items : items.filter((item) => nameOf(item) > after);
  const page = behind.slice(0, maxResults);
  const last = page.at(-1);
  return last !== undefined && behind.length > page.length
    ? { items: page, nextToken: tokenOf(nameOf(last)) }
    : { items: page };
};
