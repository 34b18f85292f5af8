import type { HttpResponse } from "../../http/message.ts";
import type { OperationModel } from "../../model/service-model.ts";
import type { StructureValue } from "../codec.ts";
import { formatCbor, formatCborStructure } from "./cbor-value.ts";
import { cborHeaders } from "./headers.ts";

export const serialiseResponse = (
  operation: OperationModel,
  output: StructureValue,
  requestId: string,
): HttpResponse => {
  const headers = cborHeaders(requestId);
  if (operation.output !== undefined) {
    return { status: 200, headers, body: formatCbor(formatCborStructure(operation.output, output)) };
  }
  const { "content-type": _none, ...rest } = headers;
  return { status: 200, headers: rest, body: "" };
};
