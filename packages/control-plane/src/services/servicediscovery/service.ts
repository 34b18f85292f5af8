import { sdkSchemas } from "@fleetless/aws-protocol";
import { bindOperations } from "../../gateway/bind-operations.ts";
import type { Service } from "../../gateway/service.ts";
import type { ServiceDiscoveryDependencies } from "./dependencies.ts";
import { serviceDiscoveryOperations } from "./operations.ts";
import { tagsOfArn } from "./tags.ts";

/** AWS Cloud Map. Its namespaces with DNS are hosted zones of Route 53, and their instances records there. */
export const createServiceDiscoveryService = (dependencies: ServiceDiscoveryDependencies): Service => ({
  signingName: "servicediscovery",
  model: () => sdkSchemas(import.meta.resolve("@aws-sdk/client-servicediscovery")),
  operations: bindOperations(dependencies, serviceDiscoveryOperations),
  controllers: [],
  tagsOf: (arn) => dependencies.store.read((transaction) => tagsOfArn(transaction, arn)),
});
