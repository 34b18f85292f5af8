import type { HttpResponse } from "../../http/message.ts";
import type { OperationModel } from "../../model/service-model.ts";
import type { Member, StructureShape } from "../../model/shape.ts";
import { isStructureValue, type StructureValue } from "../codec.ts";
import { bytesOf, formatScalar } from "../scalar-text.ts";
import { formatHeaderElement } from "./header-list.ts";
import { isBodyMember } from "./read-bindings.ts";

/** How a REST protocol writes what is in the body. */
export interface BodyWriter {
  readonly contentType: string;
  readonly members: (shape: StructureShape, output: StructureValue, include: (member: Member) => boolean) => string;
  readonly payload: (member: Member, shape: StructureShape, value: StructureValue) => string;
}

/** A response whose members go where their bindings say; the headers are those of the request id. */
export const writeBindings = (
  operation: OperationModel,
  output: StructureValue,
  requestHeaders: Readonly<Record<string, string>>,
  writer: BodyWriter,
): HttpResponse => {
  const shape = operation.output;
  let status = operation.http?.status ?? 200;
  if (shape === undefined) return { status, headers: requestHeaders, body: "" };
  const headers: Record<string, string> = { ...requestHeaders };
  let body: string | Uint8Array | undefined;
  let inBody = false;
  let hasPayload = false;
  for (const member of shape.members) {
    const value = output[member.name];
    inBody ||= isBodyMember(member);
    hasPayload ||= member.traits.httpPayload !== undefined;
    if (value === undefined || value === null) continue;
    if (member.traits.httpResponseCode !== undefined) status = Number(value);
    else if (member.traits.httpPayload !== undefined) body = writePayload(member, value, headers, writer);
    else writeHeader(member, value, headers);
  }
  if (inBody && !hasPayload) {
    headers["content-type"] = writer.contentType;
    body = writer.members(shape, output, isBodyMember);
  }
  return { status, headers, body: body ?? "" };
};

const writePayload = (
  member: Member,
  value: unknown,
  headers: Record<string, string>,
  writer: BodyWriter,
): string | Uint8Array => {
  const { shape } = member;
  if (shape.kind === "structure" && isStructureValue(value)) {
    headers["content-type"] ??= writer.contentType;
    return writer.payload(member, shape, value);
  }
  headers["content-type"] ??= shape.kind === "string" ? "text/plain" : "application/octet-stream";
  return shape.kind === "string" ? String(value) : bytesOf(value);
};

const writeHeader = (member: Member, value: unknown, headers: Record<string, string>): void => {
  const { traits, shape } = member;
  if (traits.httpPrefixHeaders !== undefined && isStructureValue(value)) {
    for (const [name, text] of Object.entries(value)) {
      if (text !== undefined) headers[traits.httpPrefixHeaders.toLowerCase() + name] = String(text);
    }
  }
  if (traits.httpHeader === undefined) return;
  const name = traits.httpHeader.toLowerCase();
  if (shape.kind === "list" && Array.isArray(value)) {
    const element = shape.member.shape;
    const texts = value.map((entry: unknown) => formatScalar(element, entry, "http-date"));
    headers[name] = texts.map((text) => (element.kind === "timestamp" ? text : formatHeaderElement(text))).join(", ");
  } else if (traits.mediaType !== undefined || member.targetTraits.mediaType !== undefined) {
    headers[name] = Buffer.from(String(value)).toString("base64");
  } else headers[name] = formatScalar(shape, value, "http-date");
};
