import type { HttpRequest } from "../../http/message.ts";
import type { OperationModel, ServiceModel } from "../../model/service-model.ts";
import type { StructureValue } from "../codec.ts";
import { parsing } from "../serialisation-error.ts";
import { parseCbor, parseCborStructure } from "./cbor-value.ts";

const path = /^\/service\/([\w.]+)\/operation\/(\w+)$/;

/** The path is `/service/<service>/operation/<operation>`. */
export const operationName = (request: HttpRequest): string => path.exec(request.path)?.[2] ?? "";

export const operationOf = (model: ServiceModel, request: HttpRequest): OperationModel | undefined =>
  path.exec(request.path)?.[1] === model.targetPrefix ? model.operations.get(operationName(request)) : undefined;

/** https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html */
export const parseRequest = (operation: OperationModel, request: HttpRequest): StructureValue => {
  const { input } = operation;
  if (input === undefined || request.body.length === 0) return {};
  return parsing("CBOR document", () => parseCborStructure(input, parseCbor(request.body)));
};
