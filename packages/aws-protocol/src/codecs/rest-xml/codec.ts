import type { Codec } from "../codec.ts";
import { operationName, operationOf } from "../http-bindings/rest-operation.ts";
import { parseRequest } from "./parse-request.ts";
import { serialiseError } from "./serialise-error.ts";
import { serialiseResponse } from "./serialise-response.ts";

/** REST-XML: method, path, query and headers carry members, and XML the rest. */
export const restXml: Codec = {
  name: "rest-xml",
  operationName,
  operationOf,
  parseRequest,
  serialiseResponse,
  serialiseError,
};
