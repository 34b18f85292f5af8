import { sdkSchemas } from "@fleetless/aws-protocol";
import { bindOperations } from "../../gateway/bind-operations.ts";
import type { Service } from "../../gateway/service.ts";
import { createDeliveryController } from "./controllers/delivery.ts";
import type { CloudTrailDependencies } from "./dependencies.ts";
import { cloudTrailOperations } from "./operations.ts";

export type { LogGroupDelivery } from "./dependencies.ts";
export { cloudTrailService } from "./log-destination.ts";

/** AWS CloudTrail: trails to log groups, and the event history. */
export const createCloudTrailService = (dependencies: CloudTrailDependencies): Service => ({
  signingName: "cloudtrail",
  model: () => sdkSchemas(import.meta.resolve("@aws-sdk/client-cloudtrail")),
  operations: bindOperations(dependencies, cloudTrailOperations),
  controllers: [createDeliveryController(dependencies)],
});
