import type { Member, Shape, StructureShape } from "./shape.ts";

export interface Violation {
  /** Such as `containerDefinitions.1.member.name`. */
  readonly path: string;
  readonly kind: "missing" | "not-in-enumeration";
  readonly value: string | undefined;
  readonly allowed: readonly string[];
}

/** What an input lacks or holds against its schema: required members that are absent, values outside enumerations. */
export const checkInput = (
  shape: StructureShape | undefined,
  input: Readonly<Record<string, unknown>>,
): readonly Violation[] => {
  const violations: Violation[] = [];
  if (shape !== undefined) checkStructure(shape, input, "", violations);
  return violations;
};

const isStructure = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const checkStructure = (
  shape: StructureShape,
  value: Readonly<Record<string, unknown>>,
  prefix: string,
  violations: Violation[],
): void => {
  for (const member of shape.members) {
    const found = value[member.name];
    if (found !== undefined && found !== null) {
      checkValue(member.shape, member, found, prefix === "" ? member.name : `${prefix}.${member.name}`, violations);
    } else if (member.required && member.traits.idempotencyToken === undefined) {
      const path = prefix === "" ? member.name : `${prefix}.${member.name}`;
      violations.push({ path, kind: "missing", value: undefined, allowed: [] });
    }
  }
};

const checkValue = (shape: Shape, member: Member, value: unknown, path: string, violations: Violation[]): void => {
  switch (shape.kind) {
    case "structure":
      if (isStructure(value)) checkStructure(shape, value, path, violations);
      return;
    case "list":
      if (!Array.isArray(value) || isPlain(shape.member.shape, member)) return;
      value.forEach((element: unknown, index) => {
        checkValue(shape.member.shape, member, element, `${path}.${index + 1}.member`, violations);
      });
      return;
    case "map":
      if (!isStructure(value) || shape.value.shape.kind === "string") return;
      for (const [key, element] of Object.entries(value)) {
        checkValue(shape.value.shape, shape.value, element, `${path}.${key}.member`, violations);
      }
      return;
    case "string":
      if (member.enumeration !== undefined && typeof value === "string" && !member.enumeration.includes(value)) {
        violations.push({ path, kind: "not-in-enumeration", value, allowed: member.enumeration });
      }
  }
};

/** Nothing to look for in a list of strings without an enumeration. */
const isPlain = (element: Shape, member: Member): boolean =>
  element.kind !== "structure" && element.kind !== "list" && element.kind !== "map" && member.enumeration === undefined;

const limit = 10;

/** The violations in the words of AWS's validation: https://smithy.io/2.0/spec/constraint-traits.html */
export const describeViolations = (violations: readonly Violation[]): string => {
  const count = `${violations.length} validation error${violations.length === 1 ? "" : "s"} detected: `;
  return count + violations.slice(0, limit).map(describe).join("; ");
};

const describe = (violation: Violation): string => {
  const failed = `at '${violation.path}' failed to satisfy constraint: Member must`;
  return violation.kind === "missing"
    ? `Value null ${failed} not be null`
    : `Value '${violation.value?.slice(0, 128)}' ${failed} satisfy enum value set: [${violation.allowed.join(", ")}]`;
};
