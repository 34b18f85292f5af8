/** Writes XML text; names are the model's own and need no check, text and attributes are escaped. */
export class XmlWriter {
  #text: string;

  constructor(prologue = "") {
    this.#text = prologue;
  }

  open(name: string, attributes = ""): void {
    this.#text += `<${name}${attributes}>`;
  }

  close(name: string): void {
    this.#text += `</${name}>`;
  }

  element(name: string, text: string, attributes = ""): void {
    this.#text += `<${name}${attributes}>${escapeXml(text)}</${name}>`;
  }

  toString(): string {
    return this.#text;
  }
}

const special = /[&<>"'\r\n\u0085\u2028]/g;
const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** Line ends are escaped too: a parser would make of a carriage return a line feed. */
const escapeXml = (text: string): string =>
  text.replace(
    special,
    (character) => escapes[character] ?? `&#x${character.charCodeAt(0).toString(16).toUpperCase()};`,
  );

export const xmlAttribute = (name: string, value: string): string => ` ${name}="${escapeXml(value)}"`;
