import type { ServiceError } from "@fleetless/kernel";
import { malformedPolicyDocument } from "./errors.ts";

export type JsonObject = Readonly<Record<string, unknown>>;

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const syntaxError = (): ServiceError => malformedPolicyDocument("Syntax errors in policy.");

/** One string or a list of them. */
export const stringsOf = (value: unknown): readonly string[] => {
  if (typeof value === "string") return [value];
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value;
  throw syntaxError();
};
