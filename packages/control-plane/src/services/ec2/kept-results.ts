const memberOf = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Object.entries(value).find(([key]) => key === name)?.[1] : undefined;

/** The id of what a call made, from the result that was kept for its client token. */
export const idIn = (kept: unknown, ...path: readonly string[]): string | undefined => {
  const id = path.reduce(memberOf, kept);
  return typeof id === "string" ? id : undefined;
};
