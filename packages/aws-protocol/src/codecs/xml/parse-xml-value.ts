import type { Member, Shape, StructureShape } from "../../model/shape.ts";
import { emptyMap, type StructureValue } from "../codec.ts";
import { parseScalar } from "../scalar-text.ts";
import { serialisationError } from "../serialisation-error.ts";
import type { XmlElement } from "./parse-xml.ts";

/** Reads a structure from an element; children that no member has are left out. */
export const parseXmlStructure = (
  shape: StructureShape,
  element: XmlElement,
  include: (member: Member) => boolean = () => true,
): StructureValue => {
  const result: Record<string, unknown> = {};
  for (const member of shape.members) {
    if (!include(member)) continue;
    const name = member.traits.xmlName ?? member.name;
    if (member.traits.xmlAttribute !== undefined) {
      const text = element.attributes.get(name);
      if (text !== undefined) result[member.name] = parseScalar(member.shape, text);
      continue;
    }
    const found = element.children.filter((child) => child.name === localName(name));
    const [first] = found;
    if (first === undefined) continue;
    const flattened = member.traits.xmlFlattened !== undefined;
    if (flattened && member.shape.kind === "list") {
      const of = member.shape.member.shape;
      result[member.name] = found.map((child) => parseXmlValue(of, child));
    } else if (flattened && member.shape.kind === "map") result[member.name] = parseEntries(member.shape, found);
    else result[member.name] = parseXmlValue(member.shape, first);
  }
  return result;
};

const localName = (name: string): string => name.slice(name.indexOf(":") + 1);

const parseXmlValue = (shape: Shape, element: XmlElement): unknown => {
  switch (shape.kind) {
    case "structure":
      return parseXmlStructure(shape, element);
    case "list": {
      const name = shape.member.traits.xmlName ?? "member";
      return element.children
        .filter((child) => child.name === name)
        .map((child) => parseXmlValue(shape.member.shape, child));
    }
    case "map":
      return parseEntries(
        shape,
        element.children.filter((child) => child.name === "entry"),
      );
    case "string":
      return element.text;
    default:
      return parseScalar(shape, element.text.trim());
  }
};

const parseEntries = (shape: Extract<Shape, { kind: "map" }>, entries: readonly XmlElement[]): StructureValue => {
  const result = emptyMap();
  for (const entry of entries) {
    const key = entry.children.find((child) => child.name === (shape.key.traits.xmlName ?? "key"));
    const value = entry.children.find((child) => child.name === (shape.value.traits.xmlName ?? "value"));
    if (key === undefined || value === undefined) throw serialisationError("A map's entry lacks its key or value");
    result[key.text] = parseXmlValue(shape.value.shape, value);
  }
  return result;
};
