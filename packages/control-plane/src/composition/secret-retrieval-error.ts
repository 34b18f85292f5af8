import { randomUUID } from "node:crypto";
import { messageOf, ServiceError } from "@fleetless/kernel";
import type { SecretReference } from "../services/ecs/service.ts";
import { JsonKeyError } from "./select-json-key.ts";

const retried = "service call has been retried 1 time(s):";

const awsError = (error: ServiceError): string =>
  `${error.code}: ${error.message} status code: ${error.httpStatus}, request id: ${randomUUID()}`;

const missingParameter: ReadonlySet<string> = new Set(["ParameterNotFound", "ParameterVersionNotFound"]);

/** Why a secret could not be had, in the words in which ECS says it after "execution resource retrieval failed:". */
export const secretRetrievalError = (reference: SecretReference, thrown: unknown): unknown => {
  if (thrown instanceof JsonKeyError) {
    return retrievalError(`unable to retrieve secret from asm: ${retried} ${messageOf(thrown)}`, 400);
  }
  if (!(thrown instanceof ServiceError)) return thrown;
  if (reference.kind === "secret") {
    const failed = `failed to fetch secret ${reference.arn} from secrets manager:`;
    return retrievalError(
      `unable to retrieve secret from asm: ${retried} ${failed} ${awsError(thrown)}`,
      thrown.httpStatus,
    );
  }
  const why = missingParameter.has(thrown.code) ? `invalid ssm parameters: ${reference.name}` : awsError(thrown);
  return retrievalError(`unable to retrieve secrets from ssm: ${retried} ${why}`, thrown.httpStatus);
};

const retrievalError = (message: string, httpStatus: number): ServiceError =>
  new ServiceError("ResourceInitializationError", httpStatus, message);
