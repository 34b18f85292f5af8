import type { ServiceModel } from "../../model/service-model.ts";

/** S3 names the request in headers of its own. */
export const requestHeaders = (model: ServiceModel | undefined, requestId: string): Record<string, string> =>
  model === undefined || model.serviceId === "S3"
    ? { "x-amz-request-id": requestId, "x-amz-id-2": Buffer.from(requestId).toString("base64") }
    : { "x-amzn-requestid": requestId };
