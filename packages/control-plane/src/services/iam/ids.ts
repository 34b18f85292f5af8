import { randomBytes } from "node:crypto";

/** The alphabet of AWS's unique ids, which is base 32. */
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-prefixes */
export type IdPrefix = "AIDA" | "AROA" | "AKIA" | "ASIA" | "ANPA" | "AGPA" | "AIPA";

/** A unique id of AWS's shape: the prefix and 17 characters, or 16 for keys. */
export const newUniqueId = (prefix: IdPrefix): string => {
  const length = prefix === "AKIA" || prefix === "ASIA" ? 16 : 17;
  return prefix + Array.from(randomBytes(length), (byte) => alphabet.charAt(byte & 31)).join("");
};

/** 40 characters, as AWS's secret keys have. */
export const newSecretAccessKey = (): string => randomBytes(30).toString("base64");
