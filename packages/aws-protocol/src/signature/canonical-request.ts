import { type HttpRequest, headerOf } from "../http/message.ts";
import { parseQueryString } from "../http/query-string.ts";
import { incompleteSignature } from "./errors.ts";
import { uriEncode, uriEncodePath } from "./uri-encode.ts";

/** Removes empty segments and dots, which every service but S3 does before it signs. */
const normalisePath = (path: string): string => {
  if (!path.includes("//") && !path.includes("/.")) return path;
  const kept: string[] = [];
  for (const segment of path.split("/")) {
    if (segment === "..") kept.pop();
    else if (segment !== "" && segment !== ".") kept.push(segment);
  }
  return kept.length === 0 ? "/" : `/${kept.join("/")}${path.endsWith("/") ? "/" : ""}`;
};

const decodeSegment = (segment: string): string => {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw incompleteSignature("The path holds a percent-encoding that is not UTF-8");
  }
};

/** S3 signs the path encoded once; all other services encode the path as sent a second time. */
const canonicalPath = (path: string, service: string): string => {
  if (path === "" || path === "/") return "/";
  if (service !== "s3") return uriEncodePath(normalisePath(path));
  return path.split("/").map(decodeSegment).map(uriEncode).join("/");
};

const canonicalQuery = (query: string, presigned: boolean): string => {
  if (query === "") return "";
  const pairs = parseQueryString(query)
    .filter(([name]) => !presigned || name.toLowerCase() !== "x-amz-signature")
    .map(([name, value]) => [uriEncode(name), uriEncode(value)] as const);
  pairs.sort(([nameA, valueA], [nameB, valueB]) => compare(nameA, nameB) || compare(valueA, valueB));
  return pairs.map(([name, value]) => `${name}=${value}`).join("&");
};

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Node joins repeated headers by a comma and a space; SigV4 joins them by the comma alone. */
const canonicalHeader = (request: HttpRequest, name: string): string => {
  const value = headerOf(request.headers, name);
  if (value === undefined)
    throw incompleteSignature(`'${name.slice(0, 64)}' is a 'SignedHeader' but is not in the request.`);
  const { rawHeaders } = request;
  let joined = value;
  if (value.includes(",")) {
    const values = [];
    for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
      if (rawHeaders[i]?.toLowerCase() === name) values.push((rawHeaders[i + 1] ?? "").trim());
    }
    joined = values.join(",");
  }
  return joined.includes("  ") ? joined.trim().replace(/ +/g, " ") : joined.trim();
};

export interface SignedParts {
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly presigned: boolean;
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#create-canonical-request */
export const canonicalRequest = (request: HttpRequest, parts: SignedParts, payloadHash: string): string => {
  let headers = "";
  for (const name of parts.signedHeaders) headers += `${name}:${canonicalHeader(request, name)}\n`;
  const path = canonicalPath(request.path, parts.service);
  const query = canonicalQuery(request.query, parts.presigned);
  return `${request.method}\n${path}\n${query}\n${headers}\n${parts.signedHeaders.join(";")}\n${payloadHash}`;
};
