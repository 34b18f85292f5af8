import { gunzipSync } from "node:zlib";
import { checkInput, type HttpRequest, headerOf, serialisationError, validationError } from "@fleetless/aws-protocol";
import { unknownOperation, unsupportedOperation, unsupportedService } from "../errors.ts";
import type { Exchange, GatewayContext } from "../exchange.ts";

/** SDKs compress large bodies of some services, such as metric data. */
const decompress = (request: HttpRequest, limit: number): HttpRequest => {
  const encoding = headerOf(request.headers, "content-encoding");
  if (encoding === undefined || !/(^|,)\s*gzip\s*$/.test(encoding) || request.body.length === 0) return request;
  try {
    return { ...request, body: gunzipSync(request.body, { maxOutputLength: limit }) };
  } catch {
    throw serialisationError(`The body is not gzip, or unpacks to more than ${limit} bytes`);
  }
};

/** Reads the input and checks it against the model. */
export const parse = (exchange: Exchange, context: GatewayContext): void => {
  const { codec, identified, model } = exchange;
  if (model === undefined) {
    throw unsupportedService(requestedService(exchange), context.directory.signingNames);
  }
  if (identified === undefined) throw unknownOperation(model.serviceId, codec.operationName(exchange.request));
  const { operation, service } = identified;
  if (exchange.bound === undefined) throw unsupportedOperation(service.signingName, operation.name);
  // S3 keeps an object's encoding; everywhere else it is the transport's.
  if (codec.name !== "rest-xml") exchange.request = decompress(exchange.request, context.bodyLimit);
  exchange.input = codec.parseRequest(operation, exchange.request);
  const violations = checkInput(operation.input, exchange.input);
  if (violations.length > 0) throw validationError(violations, codec.name, model);
};

const requestedService = ({ request }: Exchange): string => {
  const scope = /\/([\w-]+)(?:\/|%2F)aws4_request/i.exec(headerOf(request.headers, "authorization") ?? request.query);
  return scope?.[1] ?? "that the request names";
};
