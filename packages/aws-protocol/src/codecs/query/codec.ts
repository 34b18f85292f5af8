import type { Codec } from "../codec.ts";
import { operationName, operationOf, parseRequest } from "./parse-request.ts";
import { serialiseError } from "./serialise-error.ts";
import { serialiseResponse } from "./serialise-response.ts";

/** AWS Query: form parameters in, XML out. */
export const query: Codec = {
  name: "query",
  operationName,
  operationOf,
  parseRequest,
  serialiseResponse,
  serialiseError,
};
