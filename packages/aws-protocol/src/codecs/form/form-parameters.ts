import type { HttpRequest } from "../../http/message.ts";
import { parseQueryString } from "../../http/query-string.ts";

const parsed = new WeakMap<HttpRequest, ReadonlyMap<string, string>>();

/** The parameters of a Query request: those of the URL and, with a POST, those of the body. Read once a request. */
export const formParameters = (request: HttpRequest): ReadonlyMap<string, string> => {
  const known = parsed.get(request);
  if (known !== undefined) return known;
  const pairs = [...parseQueryString(request.query), ...parseQueryString(request.body.toString("utf8"))];
  const parameters = new Map(pairs);
  parsed.set(request, parameters);
  return parameters;
};
