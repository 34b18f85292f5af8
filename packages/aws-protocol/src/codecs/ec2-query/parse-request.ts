import type { HttpRequest } from "../../http/message.ts";
import type { OperationModel } from "../../model/service-model.ts";
import type { Member } from "../../model/shape.ts";
import type { StructureValue } from "../codec.ts";
import { formParameters } from "../form/form-parameters.ts";
import { formTree } from "../form/form-tree.ts";
import { parseFormStructure } from "../form/parse-form.ts";

const parameterName = (member: Member): string => {
  const name = member.traits.xmlName ?? member.name;
  return member.traits.ec2QueryName ?? name.charAt(0).toUpperCase() + name.slice(1);
};

/** https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html */
export const parseRequest = (operation: OperationModel, request: HttpRequest): StructureValue =>
  operation.input === undefined
    ? {}
    : parseFormStructure(operation.input, formTree([...formParameters(request)]), parameterName);
