import type { Codec } from "../codec.ts";
import { operationName, operationOf } from "../query/parse-request.ts";
import { parseRequest } from "./parse-request.ts";
import { serialiseError } from "./serialise-error.ts";
import { serialiseResponse } from "./serialise-response.ts";

/** EC2 Query: AWS Query with its own names for parameters and its own envelopes. */
export const ec2Query: Codec = {
  name: "ec2-query",
  operationName,
  operationOf,
  parseRequest,
  serialiseResponse,
  serialiseError,
};
