import type { Shape, StructureShape } from "./shape.ts";

/** Throws where an output holds what its schema does not know, or a value of another type. */
export const checkOutput = (shape: StructureShape | undefined, output: unknown): void => {
  if (shape !== undefined) check(shape, output, shape.name);
  else if (typeof output === "object" && output !== null && Object.keys(output).length > 0) {
    throw new TypeError("The operation answers nothing, yet the output has members");
  }
};

const isStructure = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const mustBe = (holds: boolean, expected: string, path: string): void => {
  if (!holds) throw new TypeError(`The output has no ${expected} at ${path}`);
};

const check = (shape: Shape, value: unknown, path: string): void => {
  switch (shape.kind) {
    case "structure":
      mustBe(isStructure(value), "structure", path);
      if (isStructure(value)) checkMembers(shape, value, path);
      return;
    case "list":
      mustBe(Array.isArray(value), "list", path);
      if (Array.isArray(value)) {
        value.forEach((element: unknown, index) => {
          if (element !== null) check(shape.member.shape, element, `${path}[${index}]`);
          else mustBe(shape.sparse, "value", `${path}[${index}]`);
        });
      }
      return;
    case "map":
      mustBe(isStructure(value), "map", path);
      if (isStructure(value)) {
        for (const [key, element] of Object.entries(value)) {
          if (element !== null && element !== undefined) check(shape.value.shape, element, `${path}.${key}`);
        }
      }
      return;
    case "timestamp":
      mustBe(value instanceof Date && !Number.isNaN(value.getTime()), "timestamp", path);
      return;
    case "blob":
    case "streamingBlob":
      mustBe(value instanceof Uint8Array || typeof value === "string", "blob", path);
      return;
    case "bigInteger":
      mustBe(typeof value === "bigint" || typeof value === "number", "integer", path);
      return;
    case "string":
    case "number":
    case "boolean":
      mustBe(typeof value === shape.kind, shape.kind, path);
      return;
  }
};

const checkMembers = (shape: StructureShape, value: Readonly<Record<string, unknown>>, path: string): void => {
  for (const [name, found] of Object.entries(value)) {
    // The SDK's output types carry the response's metadata beside the members.
    if (found === undefined || name === "$metadata") continue;
    const member = shape.byName.get(name);
    if (member === undefined)
      throw new TypeError(`The output has a member that its schema does not know: ${path}.${name}`);
    if (found !== null) check(member.shape, found, `${path}.${name}`);
  }
};
