import { serialisationError } from "../codecs/serialisation-error.ts";

const maximumParameters = 10_000;

const decode = (text: string): string => {
  if (!text.includes("%") && !text.includes("+")) return text;
  try {
    return decodeURIComponent(text.includes("+") ? text.replaceAll("+", " ") : text);
  } catch {
    throw serialisationError("The request holds a percent-encoding that is not UTF-8");
  }
};

/** The decoded pairs of a query string or form body, in order. Throws where they are too many or not UTF-8. */
export const parseQueryString = (text: string): readonly (readonly [string, string])[] => {
  if (text === "") return [];
  const parts = text.split("&", maximumParameters + 1);
  if (parts.length > maximumParameters) throw serialisationError(`More than ${maximumParameters} parameters`);
  const pairs: (readonly [string, string])[] = [];
  for (const part of parts) {
    if (part === "") continue;
    const equals = part.indexOf("=");
    if (equals < 0) pairs.push([decode(part), ""]);
    else pairs.push([decode(part.slice(0, equals)), decode(part.slice(equals + 1))]);
  }
  return pairs;
};
