import type { ServiceError } from "@fleetless/kernel";
import type { HttpResponse } from "../../http/message.ts";
import type { ErrorContext } from "../codec.ts";
import { errorMembers, errorModelOf } from "../error-members.ts";
import { formatJsonStructure } from "../json/format-value.ts";
import { jsonName } from "../json/parse-value.ts";

/** https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html#operation-error-serialization */
export const serialiseError = (error: ServiceError, context: ErrorContext): HttpResponse => {
  const errorModel = errorModelOf(error, context.model);
  const members = errorMembers(error, errorModel);
  const body = errorModel === undefined ? members : formatJsonStructure(errorModel.shape, members, jsonName);
  return {
    status: error.httpStatus,
    headers: {
      "content-type": "application/json",
      "x-amzn-requestid": context.requestId,
      "x-amzn-errortype": errorModel?.name ?? error.code,
    },
    body: JSON.stringify({ ...body, message: error.message }),
  };
};
