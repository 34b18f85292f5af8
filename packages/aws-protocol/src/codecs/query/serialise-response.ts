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
  const writer = new XmlWriter();
  const { name } = operation;
  writer.open(`${name}Response`, xmlAttribute("xmlns", operation.service.xmlNamespace));
  if (operation.output !== undefined) {
    writer.open(`${name}Result`);
    writeXmlMembers(writer, operation.output, output);
    writer.close(`${name}Result`);
  }
  writer.open("ResponseMetadata");
  writer.element("RequestId", requestId);
  writer.close("ResponseMetadata");
  writer.close(`${name}Response`);
  return {
    status: 200,
    headers: { "content-type": "text/xml", "x-amzn-requestid": requestId },
    body: writer.toString(),
  };
};
