import { sdkSchemas } from "@fleetless/aws-protocol";
import { bindOperations } from "../../gateway/bind-operations.ts";
import type { Service } from "../../gateway/service.ts";
import { createKeyLifetimes } from "./controllers/key-lifetimes.ts";
import type { KmsDependencies } from "./dependencies.ts";
import { kmsOperations } from "./operations.ts";

export { createKeyUse, type KeyUse, type KeyUser, type ProtectedValue } from "./key-use.ts";

/** AWS Key Management Service. */
export const createKmsService = (dependencies: KmsDependencies): Service => ({
  signingName: "kms",
  model: () => sdkSchemas(import.meta.resolve("@aws-sdk/client-kms")),
  operations: bindOperations(dependencies, kmsOperations),
  controllers: [createKeyLifetimes(dependencies)],
});
