import { sdkSchemas } from "@fleetless/aws-protocol";
import { bindOperations } from "../../gateway/bind-operations.ts";
import type { Service } from "../../gateway/service.ts";
import type { Store } from "../../state/store.ts";
import type { Scope } from "./collections.ts";
import { createRetentionController } from "./controllers/retention.ts";
import type { LogsDependencies } from "./dependencies.ts";
import { logsOperations } from "./operations.ts";
import { findGroup, tagsOfArn } from "./repository.ts";

export type { LogsDependencies } from "./dependencies.ts";
export {
  createLogIngestion,
  type LogIngestion,
  type LogStreamLocation,
  permissionsToCreateLogStream,
  permissionsToIngestLogEvents,
} from "./ingestion.ts";
export { groupNameInArn } from "./names.ts";

export const hasLogGroup = async (store: Store, scope: Scope, name: string): Promise<boolean> =>
  (await store.read((transaction) => findGroup(transaction, scope, name))) !== undefined;

export const createLogsService = (dependencies: LogsDependencies): Service => ({
  signingName: "logs",
  model: () => sdkSchemas(import.meta.resolve("@aws-sdk/client-cloudwatch-logs")),
  operations: bindOperations(dependencies, logsOperations),
  controllers: [createRetentionController(dependencies)],
  tagsOf: (arn) => dependencies.store.read((transaction) => tagsOfArn(transaction, arn)),
});
