import { invalidParameter } from "./errors.ts";

const most = 100;

/** A list of what a call names: one item to a hundred of them. Throws InvalidParameterException. */
export const checkNamed = (member: string, items: readonly unknown[]): void => {
  if (items.length >= 1 && items.length <= most) return;
  const bound = items.length < 1 ? "greater than or equal to 1" : `less than or equal to ${most}`;
  throw invalidParameter(
    `Invalid parameter at '${member}' failed to satisfy constraint: 'Member must have length ${bound}'`,
  );
};

interface Paged {
  readonly nextToken?: string | undefined;
  readonly maxResults?: number | undefined;
}

/** The same where the other choice is to have all, page by page. Throws InvalidParameterException. */
export const checkNamedOrPaged = (member: string, items: readonly unknown[] | undefined, page: Paged): void => {
  if (items === undefined) return;
  checkNamed(member, items);
  for (const name of ["maxResults", "nextToken"] as const) {
    if (page[name] !== undefined) throw invalidParameter(`${name} cannot be used together with ${member}`);
  }
};
