import { type HttpRequest, headerOf } from "../../http/message.ts";
import { parseQueryString } from "../../http/query-string.ts";
import type { Member, StructureShape } from "../../model/shape.ts";
import { emptyMap, type StructureValue } from "../codec.ts";
import { parseScalar } from "../scalar-text.ts";
import { serialisationError } from "../serialisation-error.ts";
import { splitHeaderList } from "./header-list.ts";

/** How a REST protocol reads what is in the body. */
export interface BodyReader {
  /** The members that are bound to nothing else. */
  readonly members: (shape: StructureShape, body: Buffer) => StructureValue;
  /** A structure that is the whole body. */
  readonly payload: (member: Member, shape: StructureShape, body: Buffer) => StructureValue;
}

export const isBodyMember = ({ traits }: Member): boolean =>
  traits.httpLabel === undefined &&
  traits.httpQuery === undefined &&
  traits.httpQueryParams === undefined &&
  traits.httpHeader === undefined &&
  traits.httpPrefixHeaders === undefined &&
  traits.httpPayload === undefined &&
  traits.httpResponseCode === undefined;

/** https://smithy.io/2.0/spec/http-bindings.html */
export const readBindings = (
  shape: StructureShape,
  request: HttpRequest,
  labels: ReadonlyMap<string, string>,
  reader: BodyReader,
): StructureValue => {
  const result: Record<string, unknown> = {};
  const query = parseQueryString(request.query);
  let inBody = false;
  for (const member of shape.members) {
    if (isBodyMember(member)) {
      inBody = true;
      continue;
    }
    const value = readMember(member, shape, request, labels, query, reader);
    if (value !== undefined) result[member.name] = value;
  }
  return inBody && request.body.length > 0 ? { ...reader.members(shape, request.body), ...result } : result;
};

const readMember = (
  member: Member,
  shape: StructureShape,
  request: HttpRequest,
  labels: ReadonlyMap<string, string>,
  query: readonly (readonly [string, string])[],
  reader: BodyReader,
): unknown => {
  const { traits } = member;
  if (traits.httpLabel !== undefined) {
    const label = labels.get(member.name);
    return label === undefined ? undefined : parseScalar(member.shape, label);
  }
  if (traits.httpQuery !== undefined) return readQuery(member, traits.httpQuery, query);
  if (traits.httpQueryParams !== undefined) return readQueryMap(member, shape, query);
  if (traits.httpHeader !== undefined)
    return readHeader(member, headerOf(request.headers, traits.httpHeader.toLowerCase()));
  if (traits.httpPrefixHeaders !== undefined) return readPrefixHeaders(request, traits.httpPrefixHeaders.toLowerCase());
  return traits.httpPayload === undefined ? undefined : readPayload(member, request, reader);
};

const readQuery = (member: Member, name: string, query: readonly (readonly [string, string])[]): unknown => {
  const values = query.filter(([found]) => found === name).map(([, value]) => value);
  const [first] = values;
  if (first === undefined) return undefined;
  const { shape } = member;
  return shape.kind === "list"
    ? values.map((value) => parseScalar(shape.member.shape, value))
    : parseScalar(shape, first);
};

/** All parameters that no other member takes. */
const readQueryMap = (
  member: Member,
  owner: StructureShape,
  query: readonly (readonly [string, string])[],
): unknown => {
  if (member.shape.kind !== "map") throw new TypeError("Query parameters are bound to a member that is no map");
  const taken = new Set(owner.members.map((other) => other.traits.httpQuery));
  const lists = member.shape.value.shape.kind === "list";
  const result = new Map<string, string[]>();
  for (const [name, value] of query) {
    if (!taken.has(name)) result.set(name, [...(result.get(name) ?? []), value]);
  }
  if (result.size === 0) return undefined;
  const map = emptyMap();
  for (const [name, values] of result) map[name] = lists ? values : values[0];
  return map;
};

const readHeader = (member: Member, value: string | undefined): unknown => {
  const { shape } = member;
  if (value === undefined) return undefined;
  if (shape.kind === "list") {
    const dates = shape.member.shape.kind === "timestamp";
    return splitHeaderList(value, dates).map((element) => parseScalar(shape.member.shape, element));
  }
  if (member.traits.mediaType !== undefined || member.targetTraits.mediaType !== undefined) {
    return Buffer.from(value, "base64").toString("utf8");
  }
  return parseScalar(shape, value);
};

const readPrefixHeaders = (request: HttpRequest, prefix: string): unknown => {
  const map = emptyMap();
  for (const name of Object.keys(request.headers)) {
    if (name.startsWith(prefix)) map[name.slice(prefix.length)] = headerOf(request.headers, name);
  }
  return Object.keys(map).length === 0 ? undefined : map;
};

const readPayload = (member: Member, request: HttpRequest, reader: BodyReader): unknown => {
  const { shape } = member;
  if (shape.kind === "blob" || shape.kind === "streamingBlob") return request.body;
  if (request.body.length === 0) return undefined;
  if (shape.kind === "string") return request.body.toString("utf8");
  if (shape.kind === "structure") return reader.payload(member, shape, request.body);
  throw serialisationError(`A body that is a ${shape.kind} is not supported`);
};
