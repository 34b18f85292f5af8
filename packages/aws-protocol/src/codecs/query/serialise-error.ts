import type { ServiceError } from "@fleetless/kernel";
import type { HttpResponse } from "../../http/message.ts";
import type { ErrorContext } from "../codec.ts";
import { errorMembers, errorModelOf, faultOf } from "../error-members.ts";
import { writeXmlMembers } from "../xml/format-xml.ts";
import { XmlWriter, xmlAttribute } from "../xml/xml-writer.ts";

/** https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#operation-error-serialization */
export const serialiseError = (error: ServiceError, context: ErrorContext): HttpResponse => {
  const errorModel = errorModelOf(error, context.model);
  const writer = new XmlWriter();
  writer.open("ErrorResponse", context.model ? xmlAttribute("xmlns", context.model.xmlNamespace) : "");
  writer.open("Error");
  writer.element("Type", faultOf(error));
  writer.element("Code", errorModel?.queryCode ?? error.code);
  writer.element("Message", error.message);
  if (errorModel !== undefined) {
    writeXmlMembers(
      writer,
      errorModel.shape,
      errorMembers(error, errorModel),
      (member) => !["message", "code", "type"].includes(member.name.toLowerCase()),
    );
  }
  writer.close("Error");
  writer.element("RequestId", context.requestId);
  writer.close("ErrorResponse");
  return {
    status: error.httpStatus,
    headers: { "content-type": "text/xml", "x-amzn-requestid": context.requestId },
    body: writer.toString(),
  };
};
