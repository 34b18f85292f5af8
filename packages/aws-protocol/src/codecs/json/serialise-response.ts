import type { HttpResponse } from "../../http/message.ts";
import type { OperationModel } from "../../model/service-model.ts";
import type { StructureValue } from "../codec.ts";
import { formatJsonStructure } from "./format-value.ts";
import { ownName } from "./parse-value.ts";

export const serialiseResponse = (
  operation: OperationModel,
  output: StructureValue,
  requestId: string,
  contentType: string,
): HttpResponse => ({
  status: 200,
  headers: { "content-type": contentType, "x-amzn-requestid": requestId },
  body: operation.output === undefined ? "" : JSON.stringify(formatJsonStructure(operation.output, output, ownName)),
});
