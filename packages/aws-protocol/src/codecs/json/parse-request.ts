import type { HttpRequest } from "../../http/message.ts";
import { headerOf } from "../../http/message.ts";
import { isTargetOf, type OperationModel, type ServiceModel } from "../../model/service-model.ts";
import type { StructureValue } from "../codec.ts";
import { parsing } from "../serialisation-error.ts";
import { parseJsonBody } from "./parse-body.ts";
import { ownName, parseJsonStructure } from "./parse-value.ts";

/** X-Amz-Target is `<prefix>.<operation>`. */
export const operationName = (request: HttpRequest): string => {
  const target = headerOf(request.headers, "x-amz-target") ?? "";
  return target.slice(target.lastIndexOf(".") + 1);
};

export const operationOf = (model: ServiceModel, request: HttpRequest): OperationModel | undefined => {
  const target = headerOf(request.headers, "x-amz-target") ?? "";
  if (!isTargetOf(model, target.slice(0, target.lastIndexOf(".")))) return undefined;
  return model.operations.get(operationName(request));
};

export const parseRequest = (operation: OperationModel, request: HttpRequest): StructureValue => {
  const { input } = operation;
  if (input === undefined) return {};
  return parsing("JSON document", () => parseJsonStructure(input, parseJsonBody(request.body), ownName));
};
