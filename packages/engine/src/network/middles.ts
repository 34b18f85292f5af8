/**
 * Where two lists differ: what is left of each without the beginning and the end that they share, told by identity. In
 * long lists of which little changes that is little.
 */
export interface Middles<Item> {
  readonly before: readonly Item[];
  readonly after: readonly Item[];
  /** How many items both begin with, and end with. */
  readonly start: number;
  readonly end: number;
}

export const middles = <Item>(before: readonly Item[], after: readonly Item[]): Middles<Item> => {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < shorter - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
  return {
    before: before.slice(start, before.length - end),
    after: after.slice(start, after.length - end),
    start,
    end,
  };
};
