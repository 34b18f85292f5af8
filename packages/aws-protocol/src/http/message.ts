import type { IncomingHttpHeaders } from "node:http";

/** A request as it came, its body read; nothing in it has been checked. */
export interface HttpRequest {
  readonly method: string;
  /** The path and query exactly as sent. */
  readonly target: string;
  /** The path exactly as sent, still percent-encoded. */
  readonly path: string;
  /** What follows the question mark, exactly as sent. */
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
  /** Names and values in turn, as they came. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

export const httpRequest = (
  message: { readonly method: string; readonly target: string },
  headers: IncomingHttpHeaders,
  rawHeaders: readonly string[],
  body: Buffer,
): HttpRequest => {
  const { method, target } = message;
  const mark = target.indexOf("?");
  const path = mark < 0 ? target : target.slice(0, mark);
  return { method, target, path, query: mark < 0 ? "" : target.slice(mark + 1), headers, rawHeaders, body };
};

/** A header's value; where it came more than once, the values joined by commas. */
export const headerOf = (headers: IncomingHttpHeaders, name: string): string | undefined => {
  const value = headers[name];
  return Array.isArray(value) ? value.join(",") : value;
};
