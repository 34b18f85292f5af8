import type { Member, Shape, StructureShape } from "../../model/shape.ts";
import { emptyMap, type StructureValue } from "../codec.ts";
import { parseScalar } from "../scalar-text.ts";
import { serialisationError } from "../serialisation-error.ts";
import { type FormNode, numberedChildren } from "./form-tree.ts";

/** How Query and EC2 Query name a structure's members. */
export type FormNaming = (member: Member) => string;

/** Reads a structure from the parameters below `node`; parameters that no member has are left out. */
export const parseFormStructure = (shape: StructureShape, node: FormNode, naming: FormNaming): StructureValue => {
  const result: Record<string, unknown> = {};
  for (const member of shape.members) {
    const child = node.children?.get(naming(member));
    if (child !== undefined) result[member.name] = parseFormValue(member.shape, child, naming);
  }
  return result;
};

const parseFormValue = (shape: Shape, node: FormNode, naming: FormNaming): unknown => {
  switch (shape.kind) {
    case "structure":
      return parseFormStructure(shape, node, naming);
    case "list":
      return elementsOf(node, shape.member.traits.xmlName ?? "member").map((element) =>
        parseFormValue(shape.member.shape, element, naming),
      );
    case "map":
      return parseFormMap(shape, node, naming);
    default:
      if (node.text === undefined) throw serialisationError(`A plain value was expected, and a structure came`);
      return parseScalar(shape, node.text);
  }
};

/** Elements stand right below a list or, where it is not flattened, below one more name. */
const elementsOf = (node: FormNode, name: string): readonly FormNode[] => {
  const direct = numberedChildren(node);
  if (direct.length > 0) return direct;
  const wrapper = node.children?.get(name) ?? node.children?.get("member");
  return wrapper === undefined ? [] : numberedChildren(wrapper);
};

const parseFormMap = (shape: Extract<Shape, { kind: "map" }>, node: FormNode, naming: FormNaming): StructureValue => {
  const result = emptyMap();
  for (const entry of elementsOf(node, "entry")) {
    const key = entry.children?.get(shape.key.traits.xmlName ?? "key")?.text;
    const value = entry.children?.get(shape.value.traits.xmlName ?? "value");
    if (key === undefined || value === undefined) throw serialisationError("A map's entry lacks its key or value");
    result[key] = parseFormValue(shape.value.shape, value, naming);
  }
  return result;
};
