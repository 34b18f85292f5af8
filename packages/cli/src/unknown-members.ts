import type { NormalizedSchema } from "@smithy/core/schema";

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Paths of what a value has and its shape does not, such as `containerDefinitions[0].memry`. */
export const unknownMembers = (shape: NormalizedSchema, value: unknown, path = ""): readonly string[] => {
  if (shape.isListSchema())
    return Array.isArray(value)
      ? value.flatMap((item, index) => unknownMembers(shape.getValueSchema(), item, `${path}[${index}]`))
      : [];
  if (!shape.isStructSchema() || !isRecord(value)) return [];
  const members = shape.getMemberSchemas();
  return Object.entries(value).flatMap(([name, inner]) => {
    const member = members[name];
    const inside = path === "" ? name : `${path}.${name}`;
    return member === undefined ? [inside] : unknownMembers(member, inner, inside);
  });
};
