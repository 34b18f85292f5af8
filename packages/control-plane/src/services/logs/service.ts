import { sdkSchemas } from "@fleetless/aws-protocol";
import { bindOperations } from "../../gateway/bind-operations.ts";
import type { Service } from "../../gateway/service.ts";
import { createRetentionController } from "./controllers/retention.ts";
import type { LogsDependencies } from "./dependencies.ts";
import { logsOperations } from "./operations.ts";
import { tagsOfArn } from "./repository.ts";

export type { LogsDependencies } from "./dependencies.ts";
export {
  createLogIngestion,
  type LogIngestion,
  type LogStreamLocation,
  permissionsToCreateLogStream,
  permissionsToIngestLogEvents,
} from "./ingestion.ts";

export const createLogsService = (dependencies: LogsDependencies): Service => ({
  signingName: "logs",
  model: () => sdkSchemas(import.meta.resolve("@aws-sdk/client-cloudwatch-logs")),
  operations: bindOperations(dependencies, logsOperations),
  controllers: [createRetentionController(dependencies)],
  tagsOf: (arn) => dependencies.store.read((transaction) => tagsOfArn(transaction, arn)),
});
