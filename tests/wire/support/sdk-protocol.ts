import type { HttpRequest } from "../../../packages/aws-protocol/src/index.ts";
import { httpRequest } from "../../../packages/aws-protocol/src/index.ts";

export interface SdkRequest {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, unknown>> | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (found) => `%${found.charCodeAt(0).toString(16).toUpperCase()}`);

const queryOf = (query: Readonly<Record<string, unknown>>): string =>
  Object.entries(query)
    .flatMap(([name, value]) => {
      if (value === null) return [encode(name)];
      return (Array.isArray(value) ? value : [value]).map((one) => `${encode(name)}=${encode(String(one))}`);
    })
    .join("&");

/** A request of the SDK's serialiser as it would arrive here. */
export const arrived = (request: SdkRequest): HttpRequest => {
  const query = queryOf(request.query ?? {});
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const { body } = request;
  const bytes = body instanceof Uint8Array ? Buffer.from(body) : Buffer.from(typeof body === "string" ? body : "");
  const target = query === "" ? request.path : `${request.path}?${query}`;
  return httpRequest({ method: request.method, target }, headers, Object.entries(headers).flat(), bytes);
};

/** Values as they may be compared: bytes as base64, and nothing that is undefined. */
export const comparable = (value: unknown): unknown => {
  if (value instanceof Date) return value;
  if (value instanceof Uint8Array) return { bytes: Buffer.from(value).toString("base64") };
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, found]) => found !== undefined && name !== "$metadata")
      .map(([name, found]) => [name, comparable(found)]),
  );
};
