import type { Bandwidth } from "@fleetless/kernel";
import type { Tags } from "./collections.ts";

/** Tags of a task definition or of a RunTask: what a task may receive and send, such as `50M` for 50 Mbit/s. */
const bandwidthTags = { ingress: "fleetless:ingress-bandwidth", egress: "fleetless:egress-bandwidth" } as const;

const units: Readonly<Record<string, number>> = { k: 1e3, K: 1e3, M: 1e6, G: 1e9 };
const [least, most] = [100e3, 100e9];

/** Bits a second; undefined for what is no such number. */
const bitsPerSecond = (text: string): number | undefined => {
  const [, digits = "", unit = ""] = /^(\d{1,6})([kKMG])$/.exec(text) ?? [];
  const bits = Number(digits) * (units[unit] ?? Number.NaN);
  return bits >= least && bits <= most ? bits : undefined;
};

/** What is wrong with the tags that shape a task's traffic; undefined where nothing is. */
export const bandwidthTagsProblem = (tags: Tags): string | undefined => {
  const wrong = Object.values(bandwidthTags).find((tag) => {
    const value = tags[tag];
    return value !== undefined && bitsPerSecond(value) === undefined;
  });
  return wrong === undefined
    ? undefined
    : `Invalid value of the tag '${wrong}': it must be bits per second as a whole number with k, M or G, from 100k to 100G.`;
};

/** A task keeps the bandwidth that it was run with, so these tags must not change on one. */
export const namesBandwidth = (keys: readonly string[]): boolean =>
  Object.values(bandwidthTags).some((tag) => keys.includes(tag));

/** Undefined where nothing is shaped. */
export const bandwidthOf = (tags: Tags): Bandwidth | undefined => {
  const [ingress, egress] = [bandwidthTags.ingress, bandwidthTags.egress].map((tag) => bitsPerSecond(tags[tag] ?? ""));
  if (ingress === undefined && egress === undefined) return undefined;
  return { ...(ingress === undefined ? {} : { ingress }), ...(egress === undefined ? {} : { egress }) };
};
