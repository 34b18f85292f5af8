import type { ServiceError } from "@fleetless/kernel";
import type { HttpResponse } from "../../http/message.ts";
import type { ErrorContext } from "../codec.ts";
import { XmlWriter } from "../xml/xml-writer.ts";

/** https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html#operation-error-serialization */
export const serialiseError = (error: ServiceError, context: ErrorContext): HttpResponse => {
  const writer = new XmlWriter('<?xml version="1.0" encoding="UTF-8"?>\n');
  writer.open("Response");
  writer.open("Errors");
  writer.open("Error");
  writer.element("Code", error.code);
  writer.element("Message", error.message);
  writer.close("Error");
  writer.close("Errors");
  writer.element("RequestID", context.requestId);
  writer.close("Response");
  return {
    status: error.httpStatus,
    headers: { "content-type": "text/xml;charset=UTF-8", "x-amzn-requestid": context.requestId },
    body: writer.toString(),
  };
};
