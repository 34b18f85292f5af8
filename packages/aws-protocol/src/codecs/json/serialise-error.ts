import type { ServiceError } from "@fleetless/kernel";
import type { HttpResponse } from "../../http/message.ts";
import type { ErrorContext } from "../codec.ts";
import { errorMembers, errorModelOf, faultOf } from "../error-members.ts";
import { formatJsonStructure } from "./format-value.ts";
import { ownName } from "./parse-value.ts";

/** https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html#operation-error-serialization */
export const serialiseError = (error: ServiceError, context: ErrorContext, contentType: string): HttpResponse => {
  const errorModel = errorModelOf(error, context.model);
  const members = errorMembers(error, errorModel);
  const body = errorModel === undefined ? members : formatJsonStructure(errorModel.shape, members, ownName);
  const queryError = { "x-amzn-query-error": `${errorModel?.queryCode ?? error.code};${faultOf(error)}` };
  return {
    status: error.httpStatus,
    headers: {
      "content-type": contentType,
      "x-amzn-requestid": context.requestId,
      ...(context.model?.queryCompatible ? queryError : {}),
    },
    body: JSON.stringify({ __type: errorModel?.name ?? error.code, ...body, message: error.message }),
  };
};
