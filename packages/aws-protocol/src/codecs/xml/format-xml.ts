import type { Member, Shape, StructureShape } from "../../model/shape.ts";
import { isStructureValue } from "../codec.ts";
import { formatScalar } from "../scalar-text.ts";
import { type XmlWriter, xmlAttribute } from "./xml-writer.ts";

const namespaceOf = (member: Member): string => {
  const namespace = member.traits.xmlNamespace ?? member.targetTraits.xmlNamespace;
  if (namespace === undefined) return "";
  return xmlAttribute(namespace[0] === "" ? "xmlns" : `xmlns:${namespace[0]}`, namespace[1]);
};

/** The attributes of a structure's element, from its members that are XML attributes. */
const attributesOf = (shape: StructureShape, value: Readonly<Record<string, unknown>>): string => {
  let attributes = "";
  for (const member of shape.members) {
    const found = value[member.name];
    if (member.traits.xmlAttribute === undefined || found === undefined || found === null) continue;
    attributes += xmlAttribute(member.traits.xmlName ?? member.name, formatScalar(member.shape, found, "date-time"));
  }
  return attributes;
};

/** Writes a structure's members as elements. */
export const writeXmlMembers = (
  writer: XmlWriter,
  shape: StructureShape,
  value: Readonly<Record<string, unknown>>,
  include: (member: Member) => boolean = () => true,
): void => {
  for (const member of shape.members) {
    const found = value[member.name];
    if (found === undefined || found === null || member.traits.xmlAttribute !== undefined || !include(member)) continue;
    writeXmlMember(writer, member.traits.xmlName ?? member.name, member, found);
  }
};

const writeXmlMember = (writer: XmlWriter, name: string, member: Member, value: unknown): void => {
  const { shape } = member;
  const flattened = member.traits.xmlFlattened !== undefined;
  if (shape.kind === "list") writeList(writer, name, member, shape, value, flattened);
  else if (shape.kind === "map") writeMap(writer, name, member, shape, value, flattened);
  else if (shape.kind === "structure") {
    if (!isStructureValue(value)) throw new TypeError(`The output holds no structure where ${shape.name} belongs`);
    writer.open(name, namespaceOf(member) + attributesOf(shape, value));
    writeXmlMembers(writer, shape, value);
    writer.close(name);
  } else writer.element(name, formatScalar(shape, value, "date-time"), namespaceOf(member));
};

const writeList = (
  writer: XmlWriter,
  name: string,
  member: Member,
  shape: Extract<Shape, { kind: "list" }>,
  value: unknown,
  flattened: boolean,
): void => {
  if (!Array.isArray(value)) throw new TypeError(`The output holds no list in ${name}`);
  const elementName = flattened ? name : (shape.member.traits.xmlName ?? "member");
  if (!flattened) writer.open(name, namespaceOf(member));
  for (const element of value) {
    if (element !== undefined && element !== null) writeXmlMember(writer, elementName, shape.member, element);
  }
  if (!flattened) writer.close(name);
};

const writeMap = (
  writer: XmlWriter,
  name: string,
  member: Member,
  shape: Extract<Shape, { kind: "map" }>,
  value: unknown,
  flattened: boolean,
): void => {
  if (!isStructureValue(value)) throw new TypeError(`The output holds no map in ${name}`);
  const entryName = flattened ? name : "entry";
  if (!flattened) writer.open(name, namespaceOf(member));
  for (const [key, element] of Object.entries(value)) {
    if (element === undefined || element === null) continue;
    writer.open(entryName);
    writer.element(shape.key.traits.xmlName ?? "key", key);
    writeXmlMember(writer, shape.value.traits.xmlName ?? "value", shape.value, element);
    writer.close(entryName);
  }
  if (!flattened) writer.close(name);
};
