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
  (operation: string) => `Cannot call ${operation} with session credentials`,
);

export const invalidParameterValue = defineError("InvalidParameterValue", 400, (message: string) => message);

export const transitiveTagConflict = () =>
  invalidParameterValue(
    "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
  );

export const sourceIdentityFixed = () =>
  invalidParameterValue("The source identity of the calling session cannot be changed.");

export const refuseProviderId = () =>
  invalidParameterValue(
    "Fleetless does not support the parameter ProviderId of AssumeRoleWithWebIdentity: it takes OpenID Connect tokens alone.",
  );

export const invalidIdentityToken = defineError("InvalidIdentityToken", 400, (message: string) => message);

export const noProvider = (issuer: string) =>
  invalidIdentityToken(`No OpenIDConnect provider found in your account for ${issuer}`);

export const expiredIdentityToken = defineError(
  "ExpiredTokenException",
  400,
  (now: number, expiry: number) =>
    `Token expired: current date/time ${Math.floor(now / 1000)} must be before the expiration date/time ${expiry}`,
);

export const idpCommunicationError = defineError(
  "IDPCommunicationError",
  400,
  (issuer: string, problem: string) => `The identity provider ${issuer} could not be asked for its keys: ${problem}.`,
);

export const webIdentityNotAuthorized = defineError(
  "AccessDenied",
  403,
  () => "Not authorized to perform sts:AssumeRoleWithWebIdentity",
);

export const unknownAccessKey = defineError(
  "ValidationError",
  400,
  (id: string) => `The access key ${id} is not known: it is no lasting key of an account here, nor the caller's own.`,
);

export const invalidAuthorizationMessage = defineError(
  "InvalidAuthorizationMessageException",
  400,
  () => "Message is not valid",
);

export const unsupportedParameter = defineError(
  "UnsupportedOperation",
  400,
  (operation: string, parameter: string) =>
    `Fleetless does not support the parameter ${parameter} of ${operation} yet.`,
);
