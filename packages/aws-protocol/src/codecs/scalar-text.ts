import type { Shape, TimestampFormat } from "../model/shape.ts";
import { serialisationError } from "./serialisation-error.ts";
import { formatTimestamp, parseTimestamp } from "./timestamp.ts";

const nonNumbers: ReadonlySet<string> = new Set(["NaN", "Infinity", "-Infinity"]);

export const parseNumber = (text: string): number => {
  if (text.trim() === "" || (Number.isNaN(Number(text)) && !nonNumbers.has(text))) {
    throw serialisationError(`Not a number: ${text.slice(0, 64)}`);
  }
  return Number(text);
};

const parseBoolean = (text: string): boolean => {
  const word = text.toLowerCase();
  if (word === "true") return true;
  if (word === "false") return false;
  throw serialisationError(`Not a boolean: ${text.slice(0, 64)}`);
};

export const parseBase64 = (text: string): Uint8Array => {
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(text)) throw serialisationError("Not base64");
  return Buffer.from(text, "base64");
};

export const parseBigInteger = (text: string): bigint => {
  if (!/^-?\d{1,1000}$/.test(text)) throw serialisationError(`Not an integer: ${text.slice(0, 64)}`);
  return BigInt(text);
};

/** A scalar from the text of a form, an XML element, a header, a label or a query string. */
export const parseScalar = (shape: Shape, text: string): unknown => {
  switch (shape.kind) {
    case "string":
    case "bigDecimal":
      return text;
    case "number":
      return parseNumber(text);
    case "boolean":
      return parseBoolean(text);
    case "timestamp":
      return parseTimestamp(text);
    case "blob":
    case "streamingBlob":
      return parseBase64(text);
    case "bigInteger":
      return parseBigInteger(text);
    default:
      throw serialisationError(`A ${shape.kind} was expected, and a plain value came`);
  }
};

export const bytesOf = (value: unknown): Uint8Array => {
  if (value instanceof Uint8Array) return value;
  if (typeof value === "string") return Buffer.from(value);
  throw new TypeError("The output holds a blob that is neither bytes nor text");
};

export const base64Of = (value: unknown): string => {
  const bytes = bytesOf(value);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
};

/** The text of a scalar in XML, a header or a query string; timestamps as the shape says or by `defaultFormat`. */
export const formatScalar = (shape: Shape, value: unknown, defaultFormat: TimestampFormat): string => {
  if (shape.kind === "timestamp") {
    if (!(value instanceof Date)) throw new TypeError("The output holds a timestamp that is no Date");
    return formatTimestamp(value, shape.format ?? defaultFormat);
  }
  if (shape.kind === "blob" || shape.kind === "streamingBlob") return base64Of(value);
  return String(value);
};
