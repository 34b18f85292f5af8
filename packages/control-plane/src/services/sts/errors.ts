import { defineError } from "@fleetless/kernel";

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html#API_AssumeRole_Errors */

export const constraintViolated = defineError(
  "ValidationError",
  400,
  (value: string, parameter: string, constraint: string) =>
    `1 validation error detected: Value '${value}' at '${parameter}' failed to satisfy constraint: Member must ${constraint}`,
);

export const invalidRoleArn = defineError("ValidationError", 400, (arn: string) => `${arn} is invalid`);

export const durationAboveMaximum = defineError(
  "ValidationError",
  400,
  () => "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
);

export const durationAboveChainingLimit = defineError(
  "ValidationError",
  400,
  () => "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining",
);

export const malformedPolicyDocument = defineError("MalformedPolicyDocument", 400, (problem: string) => problem);

export const packedPolicyTooLarge = defineError(
  "PackedPolicyTooLarge",
  400,
  (percent: number) => `Packed policy consumes ${percent}% of allotted space, please use smaller policy.`,
);

/** In the words of a role that does not trust the caller, so that nobody learns which roles there are. */
export const roleNotAssumable = defineError(
  "AccessDenied",
  403,
  (caller: string, roleArn: string) =>
    `User: ${caller} is not authorized to perform: sts:AssumeRole on resource: ${roleArn} because no resource-based policy allows the sts:AssumeRole action`,
);

export const sessionCredentialsRefused = defineError(
  "AccessDenied",
  403,
  () => "Cannot call GetSessionToken with session credentials",
);

export const unsupportedParameter = defineError(
  "UnsupportedOperation",
  400,
  (operation: string, parameter: string) =>
    `Fleetless does not support the parameter ${parameter} of ${operation} yet.`,
);
