import { defineError } from "@fleetless/kernel";

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/CommonErrors.html and the errors of each operation. */

export const secretNotFound = defineError(
  "ResourceNotFoundException",
  400,
  () => "Secrets Manager can't find the specified secret.",
);
export const versionNotFound = defineError(
  "ResourceNotFoundException",
  400,
  (versionId: string) => `Secrets Manager can't find the specified secret value for VersionId: ${versionId}`,
);
export const stageNotFound = defineError(
  "ResourceNotFoundException",
  400,
  (stage: string) => `Secrets Manager can't find the specified secret value for staging label: ${stage}`,
);
export const secretExists = defineError(
  "ResourceExistsException",
  400,
  (name: string) => `The operation failed because the secret ${name} already exists.`,
);
export const versionExists = defineError(
  "ResourceExistsException",
  400,
  () =>
    "You can't use ClientRequestToken because that value is already in use for a version of secret with another content.",
);
export const invalidRequest = defineError("InvalidRequestException", 400, (message: string) => message);
export const markedForDeletion = () =>
  invalidRequest("You can't perform this operation on the secret because it was marked for deletion.");
export const managedKeyOfOther = () =>
  invalidRequest(
    "You can't access a secret from a different AWS account if you encrypt the secret with the default KMS service key.",
  );
export const scheduledForDeletion = () =>
  invalidRequest("You can't create this secret because a secret with this name is already scheduled for deletion.");
export const stageOfOtherVersion = () =>
  invalidRequest("You provided a VersionStage that is not associated to the provided VersionId.");
export const rotationNotRun = () =>
  invalidRequest(
    "Fleetless does not run rotation functions yet. Keep the schedule with RotateImmediately set to false, and rotate with PutSecretValue.",
  );
export const invalidParameter = defineError("InvalidParameterException", 400, (message: string) => message);
export const invalidNextToken = defineError("InvalidNextTokenException", 400, () => "The NextToken value is invalid.");
export const limitExceeded = defineError("LimitExceededException", 400, (message: string) => message);
export const malformedPolicy = defineError(
  "MalformedPolicyDocumentException",
  400,
  (problem: string) => `This resource policy contains invalid Json or is no policy: ${problem}`,
);
export const publicPolicy = defineError(
  "PublicPolicyException",
  400,
  () => "The resource policy grants broad access to the secret, which BlockPublicPolicy does not allow.",
);
export const encryptionFailure = defineError(
  "EncryptionFailure",
  400,
  () =>
    "Secrets Manager can't encrypt the protected secret text using the provided KMS key. Check that the KMS key is available, enabled, and not in an invalid state.",
);
export const decryptionFailure = defineError(
  "DecryptionFailure",
  400,
  () => "Secrets Manager can't decrypt the protected secret text using the provided KMS key.",
);
export const kmsDenied = defineError("AccessDeniedException", 400, () => "Access to KMS is not allowed");
export const accessDenied = defineError("AccessDeniedException", 400, (message: string) => message);
const validation = defineError("ValidationException", 400, (message: string) => message);

/** The wording of AWS's own checks of lengths, ranges and patterns. */
export const constraintViolated = (value: string, member: string, constraint: string) =>
  validation(
    `1 validation error detected: Value '${value.slice(0, 600)}' at '${member}' failed to satisfy constraint: ${constraint}`,
  );
