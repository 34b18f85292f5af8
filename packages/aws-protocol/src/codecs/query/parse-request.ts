import type { HttpRequest } from "../../http/message.ts";
import type { OperationModel, ServiceModel } from "../../model/service-model.ts";
import type { StructureValue } from "../codec.ts";
import { formParameters } from "../form/form-parameters.ts";
import { formTree } from "../form/form-tree.ts";
import { parseFormStructure } from "../form/parse-form.ts";

export const operationName = (request: HttpRequest): string => formParameters(request).get("Action") ?? "";

export const operationOf = (model: ServiceModel, request: HttpRequest): OperationModel | undefined =>
  model.operations.get(operationName(request));

/** https://smithy.io/2.0/aws/protocols/aws-query-protocol.html */
export const parseRequest = (operation: OperationModel, request: HttpRequest): StructureValue => {
  if (operation.input === undefined) return {};
  const tree = formTree([...formParameters(request)]);
  return parseFormStructure(operation.input, tree, (member) => member.traits.xmlName ?? member.name);
};
