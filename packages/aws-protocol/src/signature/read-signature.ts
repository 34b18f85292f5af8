import { type HttpRequest, headerOf } from "../http/message.ts";
import { parseQueryString } from "../http/query-string.ts";
import { parseAmzDate } from "./amz-date.ts";
import { type Credential, parseCredential } from "./credential-scope.ts";
import { incompleteSignature } from "./errors.ts";

/** The claim that a request makes; nothing of it is proved yet. */
export interface RequestSignature {
  readonly form: "header" | "presigned";
  readonly credential: Credential;
  /** The X-Amz-Date, as text and in milliseconds. */
  readonly amzDate: string;
  readonly signedAt: number;
  /** Lower-case names in the order in which they were signed. */
  readonly signedHeaders: readonly string[];
  /** 64 hexadecimal digits. */
  readonly signature: string;
  readonly sessionToken: string | undefined;
  /** Seconds for which a presigned URL holds. */
  readonly expires: number | undefined;
  /** X-Amz-Content-Sha256: the payload's hash, or a word that says how the payload is signed. */
  readonly declaredPayload: string | undefined;
}

const algorithm = "AWS4-HMAC-SHA256";

/** The signature in a request's headers or query, or undefined where it has none. Throws IncompleteSignature. */
export const readSignature = (request: HttpRequest): RequestSignature | undefined => {
  const authorization = headerOf(request.headers, "authorization");
  if (authorization !== undefined) return fromHeader(request, authorization);
  return /(^|&)x-amz-(algorithm|signature)=/i.test(request.query) ? fromQuery(request) : undefined;
};

const fromHeader = (request: HttpRequest, authorization: string): RequestSignature => {
  const space = authorization.indexOf(" ");
  const scheme = space < 0 ? authorization : authorization.slice(0, space);
  if (scheme !== algorithm) {
    throw incompleteSignature(
      `Unsupported AWS 'algorithm': '${scheme.slice(0, 64)}', only '${algorithm}' is supported.`,
    );
  }
  const parameters = new Map<string, string>();
  for (const part of authorization.slice(space + 1).split(",")) {
    const equals = part.indexOf("=");
    if (equals > 0) parameters.set(part.slice(0, equals).trim(), part.slice(equals + 1).trim());
  }
  const missing = ["Credential", "Signature", "SignedHeaders"].filter((name) => !parameters.get(name));
  const amzDate = headerOf(request.headers, "x-amz-date") ?? dateHeader(request);
  const complaints = missing.map((name) => `Authorization header requires '${name}' parameter.`);
  if (amzDate === undefined) {
    complaints.push("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
  }
  if (complaints.length > 0) throw incompleteSignature(`${complaints.join(" ")} Authorization=${scheme}`);
  return assemble("header", {
    credential: parameters.get("Credential") ?? "",
    signature: parameters.get("Signature") ?? "",
    signedHeaders: parameters.get("SignedHeaders") ?? "",
    amzDate: amzDate ?? "",
    sessionToken: headerOf(request.headers, "x-amz-security-token"),
    expires: undefined,
    declaredPayload: headerOf(request.headers, "x-amz-content-sha256"),
  });
};

const dateHeader = (request: HttpRequest): string | undefined => {
  const date = headerOf(request.headers, "date");
  if (date === undefined || parseAmzDate(date) !== undefined) return date;
  const time = Date.parse(date);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString().replace(/[-:]|\.\d{3}/g, "");
};

const fromQuery = (request: HttpRequest): RequestSignature => {
  const parameters = new Map(parseQueryString(request.query).map(([name, value]) => [name.toLowerCase(), value]));
  const names = ["X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature", "X-Amz-SignedHeaders", "X-Amz-Date"];
  const missing = names.filter((name) => !parameters.get(name.toLowerCase()));
  if (missing.length > 0) {
    throw incompleteSignature(missing.map((name) => `AWS query-string parameters must include '${name}'.`).join(" "));
  }
  if (parameters.get("x-amz-algorithm") !== algorithm) {
    throw incompleteSignature(`Unsupported AWS 'algorithm': only '${algorithm}' is supported.`);
  }
  const expires = Number(parameters.get("x-amz-expires") ?? "900");
  if (!Number.isInteger(expires) || expires < 1 || expires > 604_800) {
    throw incompleteSignature("X-Amz-Expires must be a number of seconds between 1 and 604800 (a week)");
  }
  return assemble("presigned", {
    credential: parameters.get("x-amz-credential") ?? "",
    signature: parameters.get("x-amz-signature") ?? "",
    signedHeaders: parameters.get("x-amz-signedheaders") ?? "",
    amzDate: parameters.get("x-amz-date") ?? "",
    sessionToken: parameters.get("x-amz-security-token"),
    expires,
    declaredPayload: parameters.get("x-amz-content-sha256") ?? headerOf(request.headers, "x-amz-content-sha256"),
  });
};

interface Claims {
  readonly credential: string;
  readonly signature: string;
  readonly signedHeaders: string;
  readonly amzDate: string;
  readonly sessionToken: string | undefined;
  readonly expires: number | undefined;
  readonly declaredPayload: string | undefined;
}

const assemble = (form: RequestSignature["form"], claims: Claims): RequestSignature => {
  const credential = parseCredential(claims.credential);
  if (credential === undefined) {
    throw incompleteSignature(
      `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${claims.credential.slice(0, 128)}'`,
    );
  }
  const signedAt = parseAmzDate(claims.amzDate);
  if (signedAt === undefined) {
    throw incompleteSignature(`Date must be in ISO-8601 'basic format'. Got '${claims.amzDate.slice(0, 32)}'.`);
  }
  if (claims.amzDate.slice(0, 8) !== credential.date) {
    throw incompleteSignature(
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${credential.date}' != '${claims.amzDate.slice(0, 8)}', from '${claims.amzDate}'.`,
    );
  }
  const signedHeaders = claims.signedHeaders.toLowerCase().split(";");
  const { amzDate, signature, sessionToken, expires, declaredPayload } = claims;
  return { form, credential, amzDate, signedAt, signedHeaders, signature, sessionToken, expires, declaredPayload };
};
