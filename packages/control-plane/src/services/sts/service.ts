import { sdkSchemas } from "@fleetless/aws-protocol";
import { bindOperations } from "../../gateway/bind-operations.ts";
import type { Service } from "../../gateway/service.ts";
import type { StsDependencies } from "./dependencies.ts";
import { stsOperations } from "./operations.ts";

export type { StsDependencies, TemporaryCredentials } from "./dependencies.ts";
export { IssuerKeys } from "./web-identity/issuer-keys.ts";

/** AWS Security Token Service. */
export const createStsService = (dependencies: StsDependencies): Service => ({
  signingName: "sts",
  model: () => sdkSchemas(import.meta.resolve("@aws-sdk/client-sts")),
  operations: bindOperations(dependencies, stsOperations),
  controllers: [],
});
