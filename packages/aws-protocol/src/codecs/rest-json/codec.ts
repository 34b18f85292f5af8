import type { Codec } from "../codec.ts";
import { operationName, operationOf } from "../http-bindings/rest-operation.ts";
import { parseRequest } from "./parse-request.ts";
import { serialiseError } from "./serialise-error.ts";
import { serialiseResponse } from "./serialise-response.ts";

/** REST-JSON: method, path, query and headers carry members, and JSON the rest. */
export const restJson: Codec = {
  name: "rest-json",
  operationName,
  operationOf,
  parseRequest,
  serialiseResponse,
  serialiseError,
};
