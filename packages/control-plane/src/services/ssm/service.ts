import { sdkSchemas } from "@fleetless/aws-protocol";
import { bindOperations } from "../../gateway/bind-operations.ts";
import type { Service } from "../../gateway/service.ts";
import { createExpirations } from "./controllers/expirations.ts";
import type { SsmDependencies } from "./dependencies.ts";
import { ssmOperations } from "./operations.ts";
import { tagsOfArn } from "./permissions.ts";

export { parameterCollections } from "./collections.ts";
export { createParameterReader, type ParameterReader } from "./parameter-reader.ts";

/** AWS Systems Manager: its parameters. */
export const createSsmService = (dependencies: SsmDependencies): Service => ({
  signingName: "ssm",
  model: () => sdkSchemas(import.meta.resolve("@aws-sdk/client-ssm")),
  operations: bindOperations(dependencies, ssmOperations),
  controllers: [createExpirations(dependencies)],
  tagsOf: (arn) => tagsOfArn(dependencies, arn),
});
