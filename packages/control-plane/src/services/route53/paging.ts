import { invalidInput } from "./errors.ts";

/** Route 53's pages hold 100 items at most, whatever is asked for. */
const most = 100;

/** How many items a page may have. Clients send the number as text. Throws InvalidInput. */
export const pageSize = (asked: number | string | undefined, limit = most): number => {
  if (asked === undefined) return limit;
  const size = Number(asked);
  if (!Number.isInteger(size) || size < 1) throw invalidInput(`Invalid value for 'maxItems': ${asked}`);
  return Math.min(size, limit);
};

/** What stands from `isStart` on, or from the beginning where nothing is asked for. */
export const pageOf = <Item>(
  items: readonly Item[],
  size: number,
  isStart: ((item: Item) => boolean) | undefined,
): { readonly page: readonly Item[]; readonly next: Item | undefined } => {
  const start = isStart === undefined ? 0 : items.findIndex(isStart);
  const from = start < 0 ? items.length : start;
  return { page: items.slice(from, from + size), next: items[from + size] };
};
