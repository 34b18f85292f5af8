import type { Codec } from "../codec.ts";
import { operationName, operationOf, parseRequest } from "./parse-request.ts";
import { serialiseError } from "./serialise-error.ts";
import { serialiseResponse } from "./serialise-response.ts";

/** Smithy RPC v2: operations are named by the path, all else is CBOR in the body. */
export const rpcV2Cbor: Codec = {
  name: "rpc-v2-cbor",
  operationName,
  operationOf,
  parseRequest,
  serialiseResponse,
  serialiseError,
};
