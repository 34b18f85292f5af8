import type { HttpRequest } from "../../http/message.ts";
import type { OperationModel, ServiceModel } from "../../model/service-model.ts";
import { routeRequest } from "./route-request.ts";

export const operationOf = (model: ServiceModel, request: HttpRequest): OperationModel | undefined =>
  routeRequest(model, request)?.operation;

export const operationName = (request: HttpRequest): string => `${request.method} ${request.path.slice(0, 256)}`;
