import { sdkSchemas } from "@fleetless/aws-protocol";
import { bindOperations } from "../../gateway/bind-operations.ts";
import type { Service } from "../../gateway/service.ts";
import { settingNames } from "./account-settings.ts";
import { createExpiryController } from "./controllers/expiry-controller.ts";
import { createImageWarmingController } from "./controllers/image-warming-controller.ts";
import { createTaskController } from "./controllers/task-controller.ts";
import { createTaskDefinitionController } from "./controllers/task-definition-controller.ts";
import { createUsageController } from "./controllers/usage-controller.ts";
import type { EcsServiceDependencies } from "./dependencies.ts";
import { ecsOperations } from "./operations.ts";
import { tagsOfArn } from "./tagged-resource.ts";
import { TransactionBatches } from "./transaction-batches.ts";

export { ensureDefaultCluster } from "./cluster.ts";
export type { EcsServiceDependencies } from "./dependencies.ts";
export { type CaptureSessionRequest, openCapture } from "./execute-command/open-capture.ts";
export { openSession, type SessionRequest } from "./execute-command/open-session.ts";
export { parseSecretReference, type SecretReference } from "./task-definition/secret-references.ts";
export { createTaskProtection } from "./task-protection.ts";
export { readTimeline, type TaskTimeline } from "./timeline.ts";

/** Operations that keep what they are given and change nothing else; but the setting dualStackIPv6 does. */
export const storedOnly: ReadonlySet<string> = new Set([
  "DeleteAccountSetting",
  "ListAccountSettings",
  "PutAccountSetting",
  "PutAccountSettingDefault",
]);

/** Amazon Elastic Container Service, with Fargate as its only capacity. */
export const createEcsService = (needed: EcsServiceDependencies): Service => {
  const dependencies = {
    ...needed,
    launches: new TransactionBatches(needed.store),
    registrations: new TransactionBatches(needed.store),
  };
  return {
    signingName: "ecs",
    model: async () => ({
      ...(await sdkSchemas(import.meta.resolve("@aws-sdk/client-ecs"))),
      SettingName: Object.fromEntries(settingNames.map((name) => [name, name])),
    }),
    operations: bindOperations(dependencies, ecsOperations),
    storedOnly,
    tagsOf: (arn) => needed.store.read((transaction) => tagsOfArn(transaction, needed.compute, arn)),
    controllers: [
      createTaskController(dependencies),
      createUsageController(dependencies),
      createTaskDefinitionController(dependencies),
      createExpiryController(dependencies),
      createImageWarmingController(dependencies),
    ],
  };
};
