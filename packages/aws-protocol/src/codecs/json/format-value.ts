import type { Member, Shape, StructureShape } from "../../model/shape.ts";
import { isStructureValue } from "../codec.ts";
import { base64Of } from "../scalar-text.ts";
import { formatTimestamp, secondsOf } from "../timestamp.ts";
import type { MemberNaming } from "./parse-value.ts";

/** What JSON.stringify writes for a structure: timestamps and blobs in their wire form, absent members left out. */
export const formatJsonStructure = (
  shape: StructureShape,
  value: Readonly<Record<string, unknown>>,
  naming: MemberNaming,
  include: (member: Member) => boolean = () => true,
): object => {
  const result: Record<string, unknown> = {};
  for (const member of shape.members) {
    const found = value[member.name];
    if (found !== undefined && found !== null && include(member)) {
      result[naming(member)] = formatJsonValue(member.shape, found, naming);
    }
  }
  return result;
};

const formatJsonValue = (shape: Shape, value: unknown, naming: MemberNaming): unknown => {
  switch (shape.kind) {
    case "structure":
      if (!isStructureValue(value)) throw new TypeError(`The output holds no structure where ${shape.name} belongs`);
      return formatJsonStructure(shape, value, naming);
    case "list": {
      if (!Array.isArray(value)) throw new TypeError("The output holds no list where one belongs");
      const element = shape.member.shape;
      const kept = shape.sparse ? value : value.filter((entry) => entry !== undefined && entry !== null);
      return kept.map((entry: unknown) => (entry == null ? null : formatJsonValue(element, entry, naming)));
    }
    case "map": {
      if (!isStructureValue(value)) throw new TypeError("The output holds no map where one belongs");
      const element = shape.value.shape;
      const result: Record<string, unknown> = Object.create(null);
      for (const [key, entry] of Object.entries(value)) {
        if (entry !== undefined && entry !== null) result[key] = formatJsonValue(element, entry, naming);
        else if (shape.sparse) result[key] = null;
      }
      return result;
    }
    case "timestamp":
      if (!(value instanceof Date)) throw new TypeError("The output holds a timestamp that is no Date");
      return shape.format === undefined || shape.format === "epoch-seconds"
        ? secondsOf(value)
        : formatTimestamp(value, shape.format);
    case "blob":
    case "streamingBlob":
      return base64Of(value);
    case "bigInteger":
      return typeof value === "bigint" ? Number(value) : value;
    case "number":
      return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
    default:
      return value;
  }
};
