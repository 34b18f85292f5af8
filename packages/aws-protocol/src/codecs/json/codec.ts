import type { Codec } from "../codec.ts";
import { operationName, operationOf, parseRequest } from "./parse-request.ts";
import { serialiseError } from "./serialise-error.ts";
import { serialiseResponse } from "./serialise-response.ts";

/** AWS JSON: operations are named by X-Amz-Target, all else is in the body. */
const jsonCodec = (contentType: string): Codec => ({
  name: "json",
  operationName,
  operationOf,
  parseRequest,
  serialiseResponse: (operation, output, requestId) => serialiseResponse(operation, output, requestId, contentType),
  serialiseError: (error, context) => serialiseError(error, context, contentType),
});

export const json10: Codec = jsonCodec("application/x-amz-json-1.0");
export const json11: Codec = jsonCodec("application/x-amz-json-1.1");
