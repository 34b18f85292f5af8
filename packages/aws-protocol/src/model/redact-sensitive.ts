import type { Member, Shape, StructureShape } from "./shape.ts";

const redacted = "HIDDEN_DUE_TO_SECURITY_REASONS";

const sensitivity = new WeakMap<Shape, boolean>();

/** Whether anything that can be reached from a shape is marked sensitive. */
const holdsSensitive = (shape: Shape): boolean => {
  const known = sensitivity.get(shape);
  if (known !== undefined) return known;
  const result = reachesSensitive(shape, new Set());
  sensitivity.set(shape, result);
  return result;
};

const reachesSensitive = (shape: Shape, seen: Set<Shape>): boolean => {
  if (seen.has(shape)) return false;
  seen.add(shape);
  return membersOf(shape).some((member) => member.sensitive || reachesSensitive(member.shape, seen));
};

const membersOf = (shape: Shape): readonly Member[] => {
  if (shape.kind === "structure") return shape.members;
  if (shape.kind === "list") return [shape.member];
  return shape.kind === "map" ? [shape.key, shape.value] : [];
};

const isStructure = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The value with every member that the model marks sensitive replaced; the value itself where there is none. */
export const redactSensitive = (shape: StructureShape | undefined, value: unknown): unknown =>
  shape === undefined ? value : redact(shape, value);

const redact = (shape: Shape, value: unknown): unknown => {
  if (value === undefined || value === null || !holdsSensitive(shape)) return value;
  if (shape.kind === "list" && Array.isArray(value)) {
    return value.map((element: unknown) => redactMember(shape.member, element));
  }
  if (!isStructure(value)) return value;
  const result: Record<string, unknown> = {};
  for (const [name, found] of Object.entries(value)) {
    const member = shape.kind === "map" ? shape.value : shape.kind === "structure" ? shape.byName.get(name) : undefined;
    result[name] = member === undefined ? redacted : redactMember(member, found);
  }
  return result;
};

const redactMember = (member: Member, value: unknown): unknown =>
  member.sensitive && value !== undefined ? redacted : redact(member.shape, value);
