import type { HttpResponse } from "../../http/message.ts";
import type { OperationModel } from "../../model/service-model.ts";
import type { StructureValue } from "../codec.ts";
import { type BodyWriter, writeBindings } from "../http-bindings/write-bindings.ts";
import { formatJsonStructure } from "../json/format-value.ts";
import { jsonName } from "../json/parse-value.ts";

const writer: BodyWriter = {
  contentType: "application/json",
  members: (shape, output, include) => JSON.stringify(formatJsonStructure(shape, output, jsonName, include)),
  payload: (_member, shape, value) => JSON.stringify(formatJsonStructure(shape, value, jsonName)),
};

export const serialiseResponse = (operation: OperationModel, output: StructureValue, requestId: string): HttpResponse =>
  writeBindings(operation, output, { "x-amzn-requestid": requestId }, writer);
