import { cbor, dateToTag } from "@smithy/core/cbor";
import type { Shape, StructureShape } from "../../model/shape.ts";
import { emptyMap, isStructureValue, type StructureValue } from "../codec.ts";
import { bytesOf } from "../scalar-text.ts";
import { serialisationError } from "../serialisation-error.ts";
import { dateOfSeconds } from "../timestamp.ts";
import { checkCbor } from "./check-cbor.ts";

const wrongType = (expected: string): Error => serialisationError(`Expected ${expected} in the CBOR document`);

export const parseCbor = (body: Buffer): unknown => {
  checkCbor(body);
  try {
    return cbor.deserialize(body);
  } catch {
    throw serialisationError("Not a valid CBOR document");
  }
};

export const formatCbor = (value: unknown): Uint8Array => cbor.serialize(value);

export const parseCborStructure = (shape: StructureShape, value: unknown): StructureValue => {
  if (!isStructureValue(value)) throw wrongType(`a structure (${shape.name})`);
  const result: Record<string, unknown> = {};
  for (const member of shape.members) {
    if (!Object.hasOwn(value, member.name)) continue;
    const found = value[member.name];
    if (found !== null && found !== undefined) result[member.name] = parseCborValue(member.shape, found);
  }
  return result;
};

const isNumber = (value: unknown): boolean => typeof value === "number" || typeof value === "bigint";

const parseCborValue = (shape: Shape, value: unknown): unknown => {
  switch (shape.kind) {
    case "structure":
      return parseCborStructure(shape, value);
    case "list": {
      if (!Array.isArray(value)) throw wrongType("a list");
      const kept: unknown[] = shape.sparse
        ? value
        : value.filter((element) => element !== null && element !== undefined);
      return kept.map((element) => (element == null ? null : parseCborValue(shape.member.shape, element)));
    }
    case "map": {
      if (!isStructureValue(value)) throw wrongType("a map");
      const result = emptyMap();
      for (const [key, element] of Object.entries(value)) {
        if (element !== null && element !== undefined) result[key] = parseCborValue(shape.value.shape, element);
        else if (shape.sparse) result[key] = null;
      }
      return result;
    }
    case "timestamp":
      return parseTimestamp(value);
    case "blob":
    case "streamingBlob":
      if (value instanceof Uint8Array) return value;
      throw wrongType("bytes");
    case "string":
    case "bigDecimal":
      if (typeof value === "string") return value;
      throw wrongType("a string");
    case "boolean":
      if (typeof value === "boolean") return value;
      throw wrongType("a boolean");
    case "number":
      if (isNumber(value)) return Number(value);
      throw wrongType("a number");
    case "bigInteger":
      if (typeof value === "bigint" || Number.isInteger(value)) return BigInt(Number(value));
      throw wrongType("an integer");
    case "document":
      return value;
  }
};

/** Tag 1: seconds since the epoch. */
const parseTimestamp = (value: unknown): Date => {
  if (value instanceof Date) return value;
  const seconds = isStructureValue(value) && Number(value["tag"]) === 1 ? value["value"] : value;
  if (!isNumber(seconds)) throw wrongType("a timestamp");
  return dateOfSeconds(Number(seconds));
};

/** What the encoder takes: dates tagged, absent members left out. */
export const formatCborStructure = (shape: StructureShape, value: StructureValue): Record<string, unknown> => {
  const result: Record<string, unknown> = {};
  for (const member of shape.members) {
    const found = value[member.name];
    if (found !== undefined && found !== null) result[member.name] = formatCborValue(member.shape, found);
  }
  return result;
};

const formatCborValue = (shape: Shape, value: unknown): unknown => {
  switch (shape.kind) {
    case "structure":
      if (!isStructureValue(value)) throw new TypeError(`The output holds no structure where ${shape.name} belongs`);
      return formatCborStructure(shape, value);
    case "list":
      if (!Array.isArray(value)) throw new TypeError("The output holds no list where one belongs");
      return value.map((element: unknown) => (element == null ? null : formatCborValue(shape.member.shape, element)));
    case "map":
      if (!isStructureValue(value)) throw new TypeError("The output holds no map where one belongs");
      return Object.fromEntries(
        Object.entries(value)
          .filter(([, element]) => element !== undefined)
          .map(([key, element]) => [key, element === null ? null : formatCborValue(shape.value.shape, element)]),
      );
    case "timestamp":
      if (!(value instanceof Date)) throw new TypeError("The output holds a timestamp that is no Date");
      return dateToTag(value);
    case "blob":
    case "streamingBlob":
      return bytesOf(value);
    default:
      return value;
  }
};
