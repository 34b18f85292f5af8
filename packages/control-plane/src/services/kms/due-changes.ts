import type { KeyRecord } from "./collections.ts";

/** What time does to a key. Pure. */
export type DueChange = "delete" | "expire-material" | "rotate";

const earliest = (times: readonly (number | undefined)[]): number | undefined => {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
};

const expiry = (key: KeyRecord): number | undefined => {
  const material = key.materials.at(-1);
  return material?.sealed === undefined ? undefined : material.expiresAt;
};

/** Rotation waits while the key is not enabled. */
const rotation = (key: KeyRecord): number | undefined => (key.state === "Enabled" ? key.rotation?.nextAt : undefined);

/** When time will next change the key, in milliseconds since the Unix epoch; undefined for never. */
export const nextChangeAt = (key: KeyRecord): number | undefined =>
  earliest([key.deletionAt, expiry(key), rotation(key)]);

export const dueChange = (key: KeyRecord, now: number): DueChange | undefined => {
  const isDue = (at: number | undefined): boolean => at !== undefined && at <= now;
  if (isDue(key.deletionAt)) return "delete";
  if (isDue(expiry(key))) return "expire-material";
  return isDue(rotation(key)) ? "rotate" : undefined;
};
