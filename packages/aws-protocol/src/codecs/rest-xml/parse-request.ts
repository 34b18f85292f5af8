import type { HttpRequest } from "../../http/message.ts";
import type { OperationModel } from "../../model/service-model.ts";
import type { StructureValue } from "../codec.ts";
import { type BodyReader, isBodyMember, readBindings } from "../http-bindings/read-bindings.ts";
import { routeRequest } from "../http-bindings/route-request.ts";
import { parsing } from "../serialisation-error.ts";
import { parseXml } from "../xml/parse-xml.ts";
import { parseXmlStructure } from "../xml/parse-xml-value.ts";

const reader: BodyReader = {
  members: (shape, body) => parseXmlStructure(shape, parseXml(body.toString("utf8")), isBodyMember),
  payload: (_member, shape, body) => parseXmlStructure(shape, parseXml(body.toString("utf8"))),
};

/** https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html */
export const parseRequest = (operation: OperationModel, request: HttpRequest): StructureValue => {
  const { input } = operation;
  if (input === undefined) return {};
  const labels = routeRequest(operation.service, request)?.labels ?? new Map<string, string>();
  return parsing("request", () => readBindings(input, request, labels, reader));
};
