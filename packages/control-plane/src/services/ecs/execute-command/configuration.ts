import type { ExecuteCommandConfiguration, ExecuteCommandLogging } from "@aws-sdk/client-ecs";
import { invalidParameter, notSupportedYet } from "../errors.ts";

/**
 * Checks how a cluster wants its sessions logged. Throws InvalidParameterException, and ClientException for what is
 * not supported: S3, and encryption under a customer's key.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ExecuteCommandConfiguration.html
 */
export const checkExecuteCommandConfiguration = (configuration: ExecuteCommandConfiguration): void => {
  const { kmsKeyId, logging, logConfiguration } = configuration;
  if (kmsKeyId !== undefined) throw notSupportedYet("The executeCommandConfiguration kmsKeyId");
  const known: readonly (ExecuteCommandLogging | undefined)[] = [undefined, "NONE", "DEFAULT", "OVERRIDE"];
  if (!known.includes(logging)) throw invalidParameter("logging must be NONE, DEFAULT or OVERRIDE.");
  const { cloudWatchLogGroupName, cloudWatchEncryptionEnabled, ...s3 } = logConfiguration ?? {};
  if (Object.values(s3).some((value) => value !== undefined && value !== false)) {
    throw notSupportedYet("Logging of sessions to Amazon S3");
  }
  if (cloudWatchEncryptionEnabled === true) {
    throw notSupportedYet("The executeCommandConfiguration cloudWatchEncryptionEnabled");
  }
  if (logging === "OVERRIDE" && cloudWatchLogGroupName === undefined) {
    throw invalidParameter("A log configuration is required when logging is OVERRIDE.");
  }
  if (logging !== "OVERRIDE" && logConfiguration !== undefined) {
    throw invalidParameter("A log configuration can only be specified when logging is OVERRIDE.");
  }
};
