import type { HttpResponse } from "../../http/message.ts";
import type { OperationModel } from "../../model/service-model.ts";
import type { Member, StructureShape } from "../../model/shape.ts";
import type { StructureValue } from "../codec.ts";
import { type BodyWriter, writeBindings } from "../http-bindings/write-bindings.ts";
import { writeXmlMembers } from "../xml/format-xml.ts";
import { XmlWriter, xmlAttribute } from "../xml/xml-writer.ts";
import { requestHeaders } from "./request-headers.ts";

const prologue = '<?xml version="1.0" encoding="UTF-8"?>\n';

const document = (
  name: string,
  namespace: string,
  shape: StructureShape,
  value: StructureValue,
  include?: (member: Member) => boolean,
): string => {
  const writer = new XmlWriter(prologue);
  writer.open(name, xmlAttribute("xmlns", namespace));
  writeXmlMembers(writer, shape, value, include);
  writer.close(name);
  return writer.toString();
};

const bodyWriter = (namespace: string): BodyWriter => ({
  contentType: "application/xml",
  members: (shape, output, include) => document(shape.traits.xmlName ?? shape.name, namespace, shape, output, include),
  payload: (member, shape, value) =>
    document(member.traits.xmlName ?? shape.traits.xmlName ?? shape.name, namespace, shape, value),
});

export const serialiseResponse = (operation: OperationModel, output: StructureValue, requestId: string): HttpResponse =>
  writeBindings(
    operation,
    output,
    requestHeaders(operation.service, requestId),
    bodyWriter(operation.service.xmlNamespace),
  );
