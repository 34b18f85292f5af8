/** Characters that Route 53 shows as they are; every other byte of a label is written `\ooo`. */
const plain = /^[a-z0-9_-]$/;

const escaped = (byte: number): string => {
  const character = String.fromCharCode(byte);
  return plain.test(character) ? character : `\\${byte.toString(8).padStart(3, "0")}`;
};

/** The bytes of one label of a name as it stands in a message. */
export const canonicalLabel = (bytes: string): string => {
  const lower = bytes.toLowerCase();
  return /^[a-z0-9_-]*$/.test(lower)
    ? lower
    : Array.from(lower, (character) => escaped(character.charCodeAt(0) & 0xff)).join("");
};

/** Splits at dots and takes escapes back; undefined where an escape is broken. */
const labelsOf = (text: string): readonly string[] | undefined => {
  const labels: string[] = [];
  let label = "";
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charAt(index);
    if (character === ".") {
      labels.push(label);
      label = "";
    } else if (character === "\\") {
      const octal = /^[0-3][0-7]{2}/.exec(text.slice(index + 1))?.[0];
      if (octal === undefined && index + 1 >= text.length) return undefined;
      label += octal === undefined ? text.charAt(index + 1) : String.fromCharCode(Number.parseInt(octal, 8));
      index += octal?.length ?? 1;
    } else {
      label += character;
    }
  }
  labels.push(label);
  return labels;
};

/**
 * The one spelling of a domain name: absolute, in lower case, with Route 53's octal escapes (`*` is `\052`). Undefined
 * where it is none: empty labels, labels of more than 63 bytes, names of more than 255, characters beyond ASCII.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html
 */
export const canonicalDomainName = (text: string): string | undefined => {
  if (text === ".") return ".";
  if (/[^\x21-\x7e]/.test(text)) return undefined;
  const labels = labelsOf(text.endsWith(".") && !text.endsWith("\\.") ? text.slice(0, -1) : text);
  if (labels === undefined) return undefined;
  if (labels.some((label) => label.length < 1 || label.length > 63)) return undefined;
  if (labels.reduce((sum, label) => sum + label.length + 1, 1) > 255) return undefined;
  return `${labels.map(canonicalLabel).join(".")}.`;
};

/** A canonical name's labels in reverse, which is the order of Route 53's lists: `com.example.www.`. */
export const reversedName = (name: string): string =>
  name === "." ? "." : `${name.slice(0, -1).split(".").toReversed().join(".")}.`;

/** The canonical name one label up; undefined for the root. */
export const parentName = (name: string): string | undefined => {
  if (name === ".") return undefined;
  return name.slice(name.indexOf(".") + 1) || ".";
};

/** Whether a canonical name is the zone's own or below it. */
export const isWithin = (name: string, zone: string): boolean =>
  name === zone || zone === "." || name.endsWith(`.${zone}`);
