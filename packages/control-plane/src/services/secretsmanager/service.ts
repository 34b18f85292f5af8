import { sdkSchemas } from "@fleetless/aws-protocol";
import { bindOperations } from "../../gateway/bind-operations.ts";
import type { Service } from "../../gateway/service.ts";
import { createRecoveryWindows } from "./controllers/recovery-windows.ts";
import type { SecretsManagerDependencies } from "./dependencies.ts";
import { secretsManagerOperations, storedOnly } from "./operations.ts";
import { tagsOfArn } from "./permissions.ts";

export { secretCollections } from "./collections.ts";
export { createSecretReader, type SecretReader } from "./secret-reader.ts";

/** AWS Secrets Manager. */
export const createSecretsManagerService = (dependencies: SecretsManagerDependencies): Service => ({
  signingName: "secretsmanager",
  model: () => sdkSchemas(import.meta.resolve("@aws-sdk/client-secrets-manager")),
  operations: bindOperations(dependencies, secretsManagerOperations),
  storedOnly,
  controllers: [createRecoveryWindows(dependencies)],
  tagsOf: (arn) => tagsOfArn(dependencies, arn),
});
