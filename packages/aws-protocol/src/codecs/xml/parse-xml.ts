import { serialisationError } from "../serialisation-error.ts";

export interface XmlElement {
  /** Without its namespace prefix. */
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

interface OpenElement {
  readonly tag: string;
  readonly name: string;
  readonly attributes: Map<string, string>;
  readonly children: XmlElement[];
  text: string;
}

const maximumDepth = 100;
const token =
  /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!\[CDATA\[([\s\S]*?)\]\]>|<(\/?)([A-Za-z_][\w.:-]*)((?:[^<>"']|"[^"]*"|'[^']*')*?)(\/?)>|([^<]+)/y;
const attribute = /\s+([A-Za-z_][\w.:-]*)\s*=\s*(?:"([^"]*)"|'([^']*)')/y;
const named: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

const malformed = (): Error => serialisationError("The XML you provided was not well-formed");

const decodeEntities = (text: string): string =>
  text.includes("&")
    ? text.replace(/&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(\w+));/g, (_whole, decimal, hexadecimal, name) => {
        if (name !== undefined) {
          const character = Object.hasOwn(named, name) ? named[name] : undefined;
          if (character === undefined) throw malformed();
          return character;
        }
        const code = decimal === undefined ? Number.parseInt(hexadecimal, 16) : Number(decimal);
        if (code > 0x10ffff) throw malformed();
        return String.fromCodePoint(code);
      })
    : text;

const localName = (tag: string): string => tag.slice(tag.indexOf(":") + 1);

const attributesOf = (text: string): Map<string, string> => {
  const attributes = new Map<string, string>();
  attribute.lastIndex = 0;
  const trimmed = text.trimEnd();
  while (attribute.lastIndex < trimmed.length) {
    const [, name, double, single] = attribute.exec(trimmed) ?? [];
    if (name === undefined) throw malformed();
    attributes.set(name, decodeEntities(double ?? single ?? ""));
  }
  return attributes;
};

/** Reads a document without a DTD: those are refused, and with them every entity that a stranger may define. */
export const parseXml = (text: string): XmlElement => {
  const source = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  const open: OpenElement[] = [];
  let root: XmlElement | undefined;
  let position = 0;
  const close = (element: OpenElement): void => {
    const { name, attributes, children, text: content } = element;
    const finished = { name, attributes, children, text: content };
    const parent = open.at(-1);
    if (parent !== undefined) parent.children.push(finished);
    else root = finished;
  };
  while (position < source.length) {
    token.lastIndex = position;
    const match = token.exec(source);
    if (match === null) throw malformed();
    position = token.lastIndex;
    const [, characterData, slash, tag, attributes, selfClosing, content] = match;
    const current = open.at(-1);
    if (content !== undefined || characterData !== undefined) {
      if (current !== undefined) current.text += characterData ?? decodeEntities(content ?? "");
      else if (characterData !== undefined || content?.trim() !== "") throw malformed();
    } else if (tag !== undefined && slash === "/") {
      if (current?.tag !== tag) throw malformed();
      open.pop();
      close(current);
    } else if (tag !== undefined) {
      if ((root !== undefined && open.length === 0) || open.length >= maximumDepth) throw malformed();
      const element = { tag, name: localName(tag), attributes: attributesOf(attributes ?? ""), children: [], text: "" };
      if (selfClosing === "/") close(element);
      else open.push(element);
    }
  }
  if (root === undefined || open.length > 0) throw malformed();
  return root;
};
