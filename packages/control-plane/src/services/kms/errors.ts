import { defineError } from "@fleetless/kernel";

/** https://docs.aws.amazon.com/kms/latest/APIReference/CommonErrors.html and the errors of each operation. */

export const keyNotFound = defineError("NotFoundException", 400, (keyArn: string) => `Key '${keyArn}' does not exist`);
export const invalidKeyId = defineError("NotFoundException", 400, (keyId: string) => `Invalid keyId '${keyId}'`);
export const aliasNotFound = defineError("NotFoundException", 400, (arn: string) => `Alias ${arn} is not found.`);
export const grantNotFound = defineError(
  "NotFoundException",
  400,
  (grantId: string) => `Grant ID ${grantId} not found`,
);
export const policyNotFound = defineError("NotFoundException", 400, () => "No such policy exists");
export const invalidArn = defineError("InvalidArnException", 400, (arn: string) => `Invalid arn ${arn}`);
export const aliasExists = defineError(
  "AlreadyExistsException",
  400,
  (arn: string) => `An alias with the name ${arn} already exists`,
);
export const reservedAlias = defineError(
  "NotAuthorizedException",
  400,
  () => "Names of aliases that begin with alias/aws/ are reserved for AWS.",
);
export const invalidAliasName = defineError("InvalidAliasNameException", 400, (message: string) => message);
export const keyDisabled = defineError("DisabledException", 400, (keyArn: string) => `${keyArn} is disabled.`);
export const invalidState = defineError("KMSInvalidStateException", 400, (message: string) => message);
export const pendingDeletion = (keyArn: string) => invalidState(`${keyArn} is pending deletion.`);
export const pendingImport = (keyArn: string) => invalidState(`${keyArn} is pending import.`);
export const invalidKeyUsage = defineError("InvalidKeyUsageException", 400, (message: string) => message);
export const usageNotValidFor = (keyArn: string, usage: string, operation: string) =>
  invalidKeyUsage(`${keyArn} key usage is ${usage} which is not valid for ${operation}.`);
export const algorithmNotValid = (algorithm: string, keySpec: string) =>
  invalidKeyUsage(`Algorithm ${algorithm} is incompatible with key spec ${keySpec}.`);
export const invalidCiphertext = defineError(
  "InvalidCiphertextException",
  400,
  () => "The ciphertext was changed, is not of this service, or its encryption context is another.",
);
export const incorrectKey = defineError(
  "IncorrectKeyException",
  400,
  () => "The key ID in the request does not identify a CMK that can perform this operation.",
);
export const invalidSignature = defineError("KMSInvalidSignatureException", 400, () => "The signature is not valid.");
export const invalidMac = defineError("KMSInvalidMacException", 400, () => "The HMAC is not valid.");
export const unsupportedOperation = defineError("UnsupportedOperationException", 400, (message: string) => message);
export const notSupportedYet = (feature: string) =>
  unsupportedOperation(`${feature} is not supported by Fleetless yet.`);
export const managedKeyRefused = (keyArn: string, operation: string) =>
  unsupportedOperation(`${keyArn} is managed by AWS: ${operation} is for customer managed keys.`);
export const malformedPolicy = defineError("MalformedPolicyDocumentException", 400, (message: string) => message);
export const policyLocksOut = defineError(
  "MalformedPolicyDocumentException",
  400,
  () => "The new key policy will not allow you to update the key policy in the future.",
);
export const invalidMarker = defineError("InvalidMarkerException", 400, () => "The marker is not valid.");
export const tagProblem = defineError("TagException", 400, (message: string) => message);
export const limitExceeded = defineError("LimitExceededException", 400, (message: string) => message);
export const invalidGrantToken = defineError("InvalidGrantTokenException", 400, () => "The grant token is not valid.");
export const invalidImportToken = defineError(
  "InvalidImportTokenException",
  400,
  () => "The import token is not valid, or is for another key.",
);
export const expiredImportToken = defineError(
  "ExpiredImportTokenException",
  400,
  () => "The import token has expired.",
);
export const incorrectKeyMaterial = defineError(
  "IncorrectKeyMaterialException",
  400,
  () => "The key material is not the material that was imported into this key before, or is not of its key spec.",
);
export const dryRun = defineError(
  "DryRunOperationException",
  412,
  () => "The request would have succeeded, but the DryRun option is set.",
);
export const tooManyRotations = defineError(
  "LimitExceededException",
  400,
  () => "A key can be rotated on demand 25 times.",
);
export const validation = defineError("ValidationException", 400, (message: string) => message);

/** The wording of AWS's own checks of lengths, ranges and patterns. */
export const constraintViolated = (value: string, member: string, constraint: string) =>
  validation(
    `1 validation error detected: Value '${value.slice(0, 600)}' at '${member}' failed to satisfy constraint: ${constraint}`,
  );

/** In the words of the gateway's own denial, for keys that another service uses in somebody's name. */
export const keyUseDenied = defineError(
  "AccessDeniedException",
  400,
  (caller: string, action: string, keyArn: string, because: string) =>
    `User: ${caller} is not authorized to perform: ${action} on resource: ${keyArn} ${because}`,
);
