import type { ServiceError } from "@fleetless/kernel";
import type { HttpResponse } from "../../http/message.ts";
import type { ErrorContext } from "../codec.ts";
import { errorMembers, errorModelOf, faultOf } from "../error-members.ts";
import { writeXmlMembers } from "../xml/format-xml.ts";
import { XmlWriter, xmlAttribute } from "../xml/xml-writer.ts";
import { requestHeaders } from "./request-headers.ts";

/** S3 answers a bare Error; the others wrap it in an ErrorResponse. */
export const serialiseError = (error: ServiceError, context: ErrorContext): HttpResponse => {
  const bare = context.model === undefined || context.model.serviceId === "S3";
  const errorModel = errorModelOf(error, context.model);
  const writer = new XmlWriter('<?xml version="1.0" encoding="UTF-8"?>\n');
  if (!bare) writer.open("ErrorResponse", xmlAttribute("xmlns", context.model?.xmlNamespace ?? ""));
  writer.open("Error");
  if (!bare) writer.element("Type", faultOf(error));
  writer.element("Code", errorModel?.name ?? error.code);
  writer.element("Message", error.message);
  if (errorModel !== undefined) {
    const members = errorMembers(error, errorModel);
    writeXmlMembers(writer, errorModel.shape, members, (member) => member.name.toLowerCase() !== "message");
  }
  if (bare) writer.element("RequestId", context.requestId);
  writer.close("Error");
  if (!bare) {
    writer.element("RequestId", context.requestId);
    writer.close("ErrorResponse");
  }
  const headers = { ...requestHeaders(context.model, context.requestId), "content-type": "application/xml" };
  return { status: error.httpStatus, headers, body: writer.toString() };
};
