import { sdkSchemas } from "@fleetless/aws-protocol";
import { bindOperations } from "../../gateway/bind-operations.ts";
import type { Service } from "../../gateway/service.ts";
import { createHealthChecker } from "./controllers/health-checker.ts";
import { createPropagation } from "./controllers/propagation.ts";
import type { Route53Dependencies } from "./dependencies.ts";
import { route53Operations } from "./operations.ts";
import { tagsOfArn } from "./tags.ts";

export { type ManagedZones, managedZones } from "./managed-zones.ts";
export { readHostedZones } from "./node-updates.ts";

/** Amazon Route 53. Private hosted zones are answered by the resolvers of their VPCs; public ones are only kept. */
export const createRoute53Service = (dependencies: Route53Dependencies): Service => ({
  signingName: "route53",
  model: () => sdkSchemas(import.meta.resolve("@aws-sdk/client-route-53")),
  operations: bindOperations(dependencies, route53Operations),
  controllers: [createPropagation(dependencies), createHealthChecker(dependencies)],
  tagsOf: (arn) => dependencies.store.read((transaction) => tagsOfArn(transaction, arn)),
});
