import type { WarmImage } from "@fleetless/kernel";

/** How an image that is to be ready ahead of its use has fared. */
export interface WarmState {
  readonly reference: string;
  readonly state: "waiting" | "fetching" | "ready" | "failed";
  /** What our own registry had for the reference when it was last looked at. */
  readonly digest?: string | undefined;
  /** How many bytes were fetched to make it ready, or so far. */
  readonly bytes: number;
  /** Failures in a row. */
  readonly failures: number;
  readonly error?: string;
  /** Of the last attempt's end, in milliseconds since the Unix epoch; 0 before the first. */
  readonly at: number;
}

/** After how long an image of a registry that is not ours is looked up again, in milliseconds: its tag may move. */
export const lookUpAgain = 60 * 60 * 1_000;
const firstRetry = 15_000;
const longestRetry = 60 * 60 * 1_000;

/** When an image is due, in milliseconds since the Unix epoch. Pure. */
export const dueAt = (image: WarmImage, state: WarmState | undefined): number => {
  if (state === undefined || state.state === "waiting" || state.state === "fetching") return 0;
  if (image.digest !== state.digest) return 0;
  if (state.state === "failed") return state.at + Math.min(longestRetry, firstRetry * 2 ** (state.failures - 1));
  return image.digest === undefined ? state.at + lookUpAgain : Number.POSITIVE_INFINITY;
};

/** The image to make ready now, or when there will be one. Pure. */
export const nextWarming = (
  images: readonly WarmImage[],
  states: ReadonlyMap<string, WarmState>,
  now: number,
): { readonly image: WarmImage } | { readonly after: number } => {
  const due = images.map((image) => ({ image, at: dueAt(image, states.get(image.id)) }));
  const first = due.find(({ at }) => at <= now);
  return first === undefined ? { after: Math.min(...due.map(({ at }) => at)) - now } : { image: first.image };
};

/** What is left of a disk for what tasks ask for themselves: a share of it, but no more than so many bytes. */
const reservedShare = 0.1;
const reservedBytes = 5 * 1024 ** 3;
/** How much larger an image is on disk than its packed layers: both are kept. */
const spread = 4;

/**
 * Why an image is not fetched ahead of its use onto a disk; undefined where it is. Pure. `packedBytes` are those of
 * its layers as they are fetched.
 */
export const lackOfRoom = (
  disk: { readonly size: number; readonly free: number },
  packedBytes: number,
): string | undefined => {
  const room = disk.free - Math.min(disk.size * reservedShare, reservedBytes);
  if (packedBytes * spread <= room) return undefined;
  const mebibytes = (bytes: number): string => `${Math.max(0, Math.floor(bytes / 1024 / 1024))} MiB`;
  return `it may take ${mebibytes(packedBytes * spread)} of the disk, of which ${mebibytes(room)} may be used ahead of need`;
};
