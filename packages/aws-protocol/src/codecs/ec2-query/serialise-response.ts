import type { HttpResponse } from "../../http/message.ts";
import type { OperationModel } from "../../model/service-model.ts";
import type { StructureValue } from "../codec.ts";
import { writeXmlMembers } from "../xml/format-xml.ts";
import { XmlWriter, xmlAttribute } from "../xml/xml-writer.ts";

export const serialiseResponse = (
  operation: OperationModel,
  output: StructureValue,
  requestId: string,
): HttpResponse => {
  const writer = new XmlWriter('<?xml version="1.0" encoding="UTF-8"?>\n');
  const root = `${operation.name}Response`;
  writer.open(root, xmlAttribute("xmlns", `${operation.service.xmlNamespace.replace(/\/$/, "")}/`));
  writer.element("requestId", requestId);
  // An operation that answers nothing says so with return, and so do EC2's own clients expect it.
  if (operation.output === undefined) writer.element("return", "true");
  else writeXmlMembers(writer, operation.output, output);
  writer.close(root);
  return {
    status: 200,
    headers: { "content-type": "text/xml;charset=UTF-8", "x-amzn-requestid": requestId },
    body: writer.toString(),
  };
};
