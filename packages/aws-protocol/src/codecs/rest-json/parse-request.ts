import type { HttpRequest } from "../../http/message.ts";
import type { OperationModel } from "../../model/service-model.ts";
import type { StructureValue } from "../codec.ts";
import { type BodyReader, readBindings } from "../http-bindings/read-bindings.ts";
import { routeRequest } from "../http-bindings/route-request.ts";
import { parseJsonBody } from "../json/parse-body.ts";
import { jsonName, parseJsonStructure } from "../json/parse-value.ts";
import { parsing } from "../serialisation-error.ts";

const reader: BodyReader = {
  members: (shape, body) => parseJsonStructure(shape, parseJsonBody(body), jsonName),
  payload: (_member, shape, body) => parseJsonStructure(shape, parseJsonBody(body), jsonName),
};

/** https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html */
export const parseRequest = (operation: OperationModel, request: HttpRequest): StructureValue => {
  const { input } = operation;
  if (input === undefined) return {};
  const labels = routeRequest(operation.service, request)?.labels ?? new Map<string, string>();
  return parsing("request", () => readBindings(input, request, labels, reader));
};
