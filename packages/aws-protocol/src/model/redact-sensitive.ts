import type { Member, Shape, StructureShape } from "./shape.ts";

const redacted = "HIDDEN_DUE_TO_SECURITY_REASONS";

const rewritten = new WeakMap<Shape, boolean>();

/** Whether anything that can be reached from a shape is marked sensitive, or is a map. */
const isRewritten = (shape: Shape): boolean => {
  const known = rewritten.get(shape);
  if (known !== undefined) return known;
  const result = reachesRewritten(shape, new Set());
  rewritten.set(shape, result);
  return result;
};

const reachesRewritten = (shape: Shape, seen: Set<Shape>): boolean => {
  if (shape.kind === "map") return true;
  if (seen.has(shape)) return false;
  seen.add(shape);
  return membersOf(shape).some((member) => member.sensitive || reachesRewritten(member.shape, seen));
};

const membersOf = (shape: Shape): readonly Member[] => {
  if (shape.kind === "structure") return shape.members;
  if (shape.kind === "list") return [shape.member];
  return shape.kind === "map" ? [shape.key, shape.value] : [];
};

const isStructure = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * The value with every member that the model marks sensitive replaced, and with each map as a Map, so that its keys are
 * told from members' names; the value itself where there is neither.
 */
export const redactSensitive = (shape: StructureShape | undefined, value: unknown): unknown =>
  shape === undefined ? value : redact(shape, value);

const redact = (shape: Shape, value: unknown): unknown => {
  if (value === undefined || value === null || !isRewritten(shape)) return value;
  if (shape.kind === "list" && Array.isArray(value)) {
    return value.map((element: unknown) => redactMember(shape.member, element));
  }
  if (!isStructure(value)) return value;
  if (shape.kind === "map") {
    return new Map(Object.entries(value).map(([key, found]) => [key, redactMember(shape.value, found)]));
  }
  const result: Record<string, unknown> = {};
  for (const [name, found] of Object.entries(value)) {
    const member = shape.kind === "structure" ? shape.byName.get(name) : undefined;
    result[name] = member === undefined ? redacted : redactMember(member, found);
  }
  return result;
};

const redactMember = (member: Member, value: unknown): unknown =>
  member.sensitive && value !== undefined ? redacted : redact(member.shape, value);
