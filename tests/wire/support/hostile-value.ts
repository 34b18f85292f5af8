import fc from "fast-check";
import type { Member, Shape, StructureShape } from "../../../packages/aws-protocol/src/index.ts";

const account = "123456789012";

/** Texts that have tripped services: empty, long, of another kind than is asked for, of other alphabets. */
const texts = fc.oneof(
  fc.constantFrom(
    "",
    " ",
    "a",
    "default",
    "*",
    "0",
    "-1",
    "1e999",
    "true",
    "null",
    "__proto__",
    "constructor",
    "../../etc/passwd",
    "a/b/c",
    "a:b",
    "::",
    "{",
    "[]",
    "{}",
    '{"Version":"2012-10-17","Statement":[]}',
    '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}',
    "arn:",
    "arn:aws:iam::x:role/a",
    `arn:aws:ecs:us-east-1:${account}:cluster/default`,
    `arn:aws:ecs:us-east-1:${account}:task/default/0`,
    `arn:aws:iam::${account}:role/none`,
    `arn:aws:logs:us-east-1:${account}:log-group:g:*`,
    `arn:aws:kms:us-east-1:${account}:key/none`,
    `arn:aws:secretsmanager:us-east-1:${account}:secret:s-AbCdEf`,
    `arn:aws:ecr:us-east-1:${account}:repository/none`,
    "sha256:0000000000000000000000000000000000000000000000000000000000000000",
    "10.0.0.0/8",
    "10.0.0.0/99",
    "256.0.0.1",
    "vpc-0",
    "subnet-ffffffffffffffff",
    "é漢😀",
    "x".repeat(3_000),
    "(((((((((((a+)+)+)+)+)+",
    "%00",
  ),
  fc.string({ maxLength: 12 }).map((text) => text.toWellFormed()),
);

const numbers = fc.oneof(
  fc.constantFrom(0, 1, -1, 2, 80, 65_535, 65_536, 2 ** 31, -(2 ** 31), Number.MAX_SAFE_INTEGER, 0.5),
  fc.integer({ min: -10, max: 2_000 }),
);
const dates = fc.constantFrom(0, 1, 4_102_444_800, 253_402_300_799).map((seconds) => new Date(seconds * 1_000));
const bytes = fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array));

/** Any input of an operation that the client's own serialiser takes, right or wrong for the service. */
export const hostileStructure = (
  shape: StructureShape | undefined,
  depth = 4,
): fc.Arbitrary<Record<string, unknown>> => {
  if (shape === undefined) return fc.constant({});
  const members = shape.members.filter((member) => isMade(member.shape) && (depth > 0 || isScalar(member.shape)));
  if (members.length === 0) return fc.constant({});
  const model = Object.fromEntries(members.map((member) => [member.name, memberValue(member, depth)]));
  if (shape.union) {
    return fc
      .constantFrom(...members)
      .chain(({ name }) => fc.record({ [name]: model[name] ?? fc.constant(undefined) }));
  }
  const required = members.filter((member) => member.required || member.traits.httpLabel !== undefined);
  return fc.subarray(members, { maxLength: Math.min(6, members.length) }).chain((chosen) => {
    const names = new Set([...chosen, ...required].map(({ name }) => name));
    const parts = [...names].map((name) => [name, model[name] ?? fc.constant(undefined)]);
    return fc.record(Object.fromEntries(parts), { noNullPrototype: true });
  });
};

const isMade = ({ kind }: Shape): boolean => !["streamingBlob", "bigInteger", "bigDecimal", "document"].includes(kind);
const isScalar = ({ kind }: Shape): boolean => kind !== "structure" && kind !== "list" && kind !== "map";

const memberValue = (member: Member, depth: number): fc.Arbitrary<unknown> => {
  const { enumeration, shape, traits } = member;
  if (traits.httpLabel !== undefined || traits.httpHeader !== undefined)
    return fc.stringMatching(/^[a-z0-9:/-]{1,40}$/);
  if (enumeration !== undefined && enumeration.length > 0 && shape.kind === "string") {
    return fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...enumeration) }, { weight: 1, arbitrary: texts });
  }
  return shapeValue(shape, depth - 1, enumeration);
};

const shapeValue = (shape: Shape, depth: number, enumeration?: readonly string[]): fc.Arbitrary<unknown> => {
  switch (shape.kind) {
    case "structure":
      return hostileStructure(shape, depth);
    case "list":
      return fc.array(memberValue({ ...shape.member, enumeration, shape: shape.member.shape }, depth), {
        maxLength: 3,
      });
    case "map":
      return fc.dictionary(texts, shapeValue(shape.value.shape, depth - 1), { maxKeys: 3, noNullPrototype: true });
    case "number":
      return numbers;
    case "boolean":
      return fc.boolean();
    case "timestamp":
      return dates;
    case "blob":
      return bytes;
    default:
      return texts;
  }
};
