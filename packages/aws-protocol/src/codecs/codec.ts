import type { ServiceError } from "@fleetless/kernel";
import type { HttpRequest, HttpResponse } from "../http/message.ts";
import type { OperationModel, ProtocolName, ServiceModel } from "../model/service-model.ts";

/** An input or output in the SDK's own form: Date, Uint8Array, plain objects and arrays. */
export type StructureValue = Readonly<Record<string, unknown>>;

/** What an error is answered on: the service's model is unknown where the request named no service of ours. */
export interface ErrorContext {
  readonly model: ServiceModel | undefined;
  readonly requestId: string;
}

/** One AWS protocol, from the server's side. */
export interface Codec {
  readonly name: ProtocolName;
  /** The operation that the request names, or undefined where the model has no such operation. */
  operationOf(model: ServiceModel, request: HttpRequest): OperationModel | undefined;
  /** The name that the client gave, for the error about an unknown operation. */
  operationName(request: HttpRequest): string;
  /** The input, of the right types but not yet checked for required members. Throws SerializationException. */
  parseRequest(operation: OperationModel, request: HttpRequest): StructureValue;
  serialiseResponse(operation: OperationModel, output: StructureValue, requestId: string): HttpResponse;
  serialiseError(error: ServiceError, context: ErrorContext): HttpResponse;
}

export const isStructureValue = (value: unknown): value is StructureValue =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** An object that may be filled with any key an outsider chooses, `__proto__` included. */
export const emptyMap = (): Record<string, unknown> => Object.create(null);
