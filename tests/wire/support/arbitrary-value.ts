import fc from "fast-check";
import type { Member, Shape, StructureShape } from "../../../packages/aws-protocol/src/index.ts";

type Value = fc.Arbitrary<unknown>;

const text = fc
  .string({ unit: fc.constantFrom(...("aZ0 ü&<>\"'%+/=,;\\é漢😀".match(/./gu) ?? [])), minLength: 1, maxLength: 8 })
  .filter((value) => value.trim() === value);
const word = fc.stringMatching(/^[a-z0-9]{1,8}$/);
const date = fc.integer({ min: 0, max: 4_000_000_000 }).map((seconds) => new Date(seconds * 1000));
const bytes = fc.uint8Array({ minLength: 1, maxLength: 8 }).map((array) => Buffer.from(array));

/** Members that no codec here has to carry: documents, media types and event streams. */
const isLeftOut = (member: Member): boolean =>
  member.shape.kind === "document" ||
  member.shape.kind === "bigDecimal" ||
  member.shape.kind === "bigInteger" ||
  member.traits.mediaType !== undefined ||
  member.targetTraits.mediaType !== undefined ||
  member.traits.httpResponseCode !== undefined ||
  (member.shape.kind === "list" && isLeftOut(member.shape.member)) ||
  (member.shape.kind === "map" && isLeftOut(member.shape.value));

export const holdsStream = (shape: StructureShape | undefined): boolean =>
  shape?.members.some(
    (member) =>
      member.shape.kind === "streamingBlob" ||
      member.traits.streaming !== undefined ||
      member.targetTraits.streaming !== undefined,
  ) ?? false;

/** Any value of a structure, to a depth; lists, maps and structures within are never empty, as forms cannot say so. */
export const structureValue = (shape: StructureShape | undefined, depth = 4): fc.Arbitrary<Record<string, unknown>> => {
  if (shape === undefined) return fc.constant({});
  const members = shape.members.filter((member) => !isLeftOut(member) && (depth > 0 || isScalar(member.shape)));
  if (shape.union) {
    const [first] = members;
    if (first === undefined) return fc.constant({});
    return fc.oneof(...members.map((member) => memberValue(member, depth).map((value) => ({ [member.name]: value }))));
  }
  const model: Record<string, Value> = {};
  for (const member of members) model[member.name] = memberValue(member, depth);
  const required = members
    .filter(
      ({ traits }) =>
        traits.httpLabel !== undefined || traits.idempotencyToken !== undefined || traits.httpPayload !== undefined,
    )
    .map(({ name }) => name);
  // Structures have hundreds of members: a few at a time find more than all at once.
  const few = fc.subarray(
    members.map(({ name }) => name),
    { maxLength: Math.min(6, members.length) },
  );
  return few.chain((names) => {
    const chosen = [...new Set([...names, ...required])];
    return fc.record(Object.fromEntries(chosen.map((name) => [name, model[name] ?? fc.constant(undefined)])), {
      noNullPrototype: true,
    });
  });
};

const isScalar = (shape: Shape): boolean => shape.kind !== "structure" && shape.kind !== "list" && shape.kind !== "map";

const memberValue = (member: Member, depth: number): Value => {
  const { traits, shape } = member;
  const inHeader = traits.httpHeader !== undefined || traits.httpPrefixHeaders !== undefined;
  return shapeValue(shape, depth - 1, inHeader ? word : text);
};

const nonEmpty = (value: unknown): boolean =>
  typeof value !== "object" || value === null || value instanceof Date || Object.keys(value).length > 0;

const shapeValue = (shape: Shape, depth: number, strings: fc.Arbitrary<string>): Value => {
  switch (shape.kind) {
    case "structure":
      return structureValue(shape, depth).filter(nonEmpty);
    case "list":
      return fc.array(shapeValue(shape.member.shape, depth - 1, strings), { minLength: 1, maxLength: 3 });
    case "map":
      return fc.dictionary(word, shapeValue(shape.value.shape, depth - 1, strings), {
        minKeys: 1,
        maxKeys: 3,
        noNullPrototype: true,
      });
    case "string":
      return strings;
    case "number":
      return fc.integer({ min: -1_000_000, max: 1_000_000 });
    case "boolean":
      return fc.boolean();
    case "timestamp":
      return date;
    case "blob":
      return bytes;
    default:
      throw new TypeError(`No values are made for ${shape.kind}`);
  }
};

/** Structures in which nothing can be put are dead ends for the generator. */
export const canHoldValues = (shape: StructureShape | undefined, depth = 4): boolean =>
  shape === undefined ||
  shape.members.every((member) => isLeftOut(member) || isScalar(member.shape) || reaches(member.shape, depth - 1));

const reaches = (shape: Shape, depth: number): boolean => {
  if (shape.kind === "list") return reaches(shape.member.shape, depth - 1);
  if (shape.kind === "map") return reaches(shape.value.shape, depth - 1);
  if (shape.kind !== "structure") return true;
  const members = shape.members.filter((member) => !isLeftOut(member) && (depth > 0 || isScalar(member.shape)));
  return members.length > 0 && members.every((member) => isScalar(member.shape) || reaches(member.shape, depth - 1));
};
