import { defineError } from "@fleetless/kernel";

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/CommonErrors.html */
export const logGroupNotFound = defineError(
  "ResourceNotFoundException",
  400,
  () => "The specified log group does not exist.",
);
export const logStreamNotFound = defineError(
  "ResourceNotFoundException",
  400,
  () => "The specified log stream does not exist.",
);
export const logGroupExists = defineError(
  "ResourceAlreadyExistsException",
  400,
  () => "The specified log group already exists",
);
export const logStreamExists = defineError(
  "ResourceAlreadyExistsException",
  400,
  () => "The specified log stream already exists",
);
export const invalidParameter = defineError("InvalidParameterException", 400, (message: string) => message);
export const tooManyTags = defineError("TooManyTagsException", 400, () => "A resource can have no more than 50 tags.");
export const notSupported = defineError(
  "InvalidParameterException",
  400,
  (feature: string) => `${feature} is not supported by Fleetless yet.`,
);

/** The wording of AWS's own checks of lengths, ranges and patterns. */
export const constraintViolated = (value: string, member: string, constraint: string) =>
  invalidParameter(
    `1 validation error detected: Value '${value.slice(0, 600)}' at '${member}' failed to satisfy constraint: ${constraint}`,
  );
