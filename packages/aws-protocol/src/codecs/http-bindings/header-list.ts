import { serialisationError } from "../serialisation-error.ts";

/** The elements of a header's list: quoted ones may hold commas, and so do dates in HTTP's format. */
export const splitHeaderList = (text: string, dates: boolean): readonly string[] => {
  if (dates && text.includes("GMT")) return [...text.matchAll(/[A-Za-z]{3}, [^,]+GMT/g)].map(([date]) => date);
  const elements: string[] = [];
  const element = /\s*(?:"((?:[^"\\]|\\.)*)"|([^",]*))\s*(,|$)/y;
  while (element.lastIndex < text.length) {
    const [, quoted, plain] = element.exec(text) ?? [];
    if (quoted === undefined && plain === undefined) throw serialisationError("A header's list cannot be read");
    elements.push(quoted === undefined ? (plain ?? "").trim() : quoted.replace(/\\(.)/g, "$1"));
  }
  return elements;
};

export const formatHeaderElement = (text: string): string =>
  /[",]/.test(text) ? `"${text.replace(/["\\]/g, "\\$&")}"` : text;
