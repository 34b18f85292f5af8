import type { ServiceError } from "@fleetless/kernel";
import type { HttpResponse } from "../../http/message.ts";
import type { ErrorContext } from "../codec.ts";
import { errorMembers, errorModelOf, faultOf } from "../error-members.ts";
import { formatCbor, formatCborStructure } from "./cbor-value.ts";
import { cborHeaders } from "./headers.ts";

/** The type is the absolute shape id, such as `com.amazonaws.cloudwatch#ResourceNotFound`. */
export const serialiseError = (error: ServiceError, context: ErrorContext): HttpResponse => {
  const errorModel = errorModelOf(error, context.model);
  const members = errorMembers(error, errorModel);
  const body = errorModel === undefined ? members : formatCborStructure(errorModel.shape, members);
  const namespace = context.model?.namespace ?? "com.amazonaws";
  const queryError = { "x-amzn-query-error": `${errorModel?.queryCode ?? error.code};${faultOf(error)}` };
  return {
    status: error.httpStatus,
    headers: { ...cborHeaders(context.requestId), ...(context.model?.queryCompatible ? queryError : {}) },
    body: formatCbor({ __type: `${namespace}#${errorModel?.name ?? error.code}`, ...body, message: error.message }),
  };
};
