import type { Member, Shape, StructureShape } from "../../model/shape.ts";
import { emptyMap, isStructureValue, type StructureValue } from "../codec.ts";
import { parseBase64, parseBigInteger, parseNumber } from "../scalar-text.ts";
import { serialisationError } from "../serialisation-error.ts";
import { dateOfSeconds, parseTimestamp } from "../timestamp.ts";

/** How a JSON dialect names a structure's member: `jsonName` counts in REST-JSON only. */
export type MemberNaming = (member: Member) => string;
export const ownName: MemberNaming = (member) => member.name;
export const jsonName: MemberNaming = (member) => member.traits.jsonName ?? member.name;

const wrongType = (expected: string, value: unknown): Error => {
  const found = value === null ? "null" : Array.isArray(value) ? "a list" : `a ${typeof value}`;
  return serialisationError(`Expected ${expected}, found ${found}`);
};

/** Reads a parsed JSON value by its shape; members that the shape does not know are left out, as AWS does. */
export const parseJsonStructure = (shape: StructureShape, value: unknown, naming: MemberNaming): StructureValue => {
  if (!isStructureValue(value)) throw wrongType(`a structure (${shape.name})`, value);
  const result: Record<string, unknown> = {};
  for (const member of shape.members) {
    const name = naming(member);
    if (!Object.hasOwn(value, name)) continue;
    const found = value[name];
    if (found !== null && found !== undefined) result[member.name] = parseJsonValue(member.shape, found, naming);
  }
  return result;
};

const parseJsonValue = (shape: Shape, value: unknown, naming: MemberNaming): unknown => {
  switch (shape.kind) {
    case "structure":
      return parseJsonStructure(shape, value, naming);
    case "list":
      return parseList(shape, value, naming);
    case "map":
      return parseMap(shape, value, naming);
    case "string":
    case "bigDecimal":
      if (typeof value === "string") return value;
      // AWS turns plain JSON numbers and booleans into text where text is meant.
      if (typeof value === "number" || typeof value === "boolean") return String(value);
      throw wrongType("a string", value);
    case "boolean":
      if (typeof value === "boolean") return value;
      throw wrongType("a boolean", value);
    case "number":
      if (typeof value === "number") return value;
      if (typeof value === "string") return parseNumber(value);
      throw wrongType("a number", value);
    case "bigInteger":
      if (typeof value === "number" || typeof value === "string") return parseBigInteger(String(value));
      throw wrongType("an integer", value);
    case "timestamp":
      if (typeof value === "number") return dateOfSeconds(value);
      if (typeof value === "string") return parseTimestamp(value);
      throw wrongType("a timestamp", value);
    case "blob":
    case "streamingBlob":
      if (typeof value === "string") return parseBase64(value);
      throw wrongType("a base64 string", value);
    case "document":
      return value;
  }
};

const parseList = (shape: Extract<Shape, { kind: "list" }>, value: unknown, naming: MemberNaming): unknown[] => {
  if (!Array.isArray(value)) throw wrongType("a list", value);
  const result: unknown[] = [];
  for (const element of value) {
    if (element !== null) result.push(parseJsonValue(shape.member.shape, element, naming));
    else if (shape.sparse) result.push(null);
  }
  return result;
};

const parseMap = (shape: Extract<Shape, { kind: "map" }>, value: unknown, naming: MemberNaming): StructureValue => {
  if (!isStructureValue(value)) throw wrongType("a map", value);
  const result = emptyMap();
  for (const [key, element] of Object.entries(value)) {
    if (element !== null) result[key] = parseJsonValue(shape.value.shape, element, naming);
    else if (shape.sparse) result[key] = null;
  }
  return result;
};
