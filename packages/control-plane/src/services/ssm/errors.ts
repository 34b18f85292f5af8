import { defineError } from "@fleetless/kernel";

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/CommonErrors.html and the errors of each operation. */

export const parameterNotFound = defineError(
  "ParameterNotFound",
  400,
  (name: string) => `Parameter ${name} not found.`,
);
export const versionNotFound = defineError(
  "ParameterVersionNotFound",
  400,
  (name: string, version: string) =>
    `Systems Manager could not find version ${version} of ${name}. Verify the version and try again.`,
);
export const parameterExists = defineError(
  "ParameterAlreadyExists",
  400,
  () => "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.",
);
export const levelLimitExceeded = defineError(
  "HierarchyLevelLimitExceededException",
  400,
  () =>
    "A hierarchy can have a maximum of 15 levels. For more information, see Requirements and constraints for parameter names in the AWS Systems Manager User Guide.",
);
export const patternMismatch = defineError(
  "ParameterPatternMismatchException",
  400,
  (pattern: string) => `Parameter value, cannot be validated against allowedPattern: ${pattern}`,
);
export const invalidPattern = defineError("InvalidAllowedPatternException", 400, (problem: string) => problem);
export const oldestHasLabel = defineError(
  "ParameterMaxVersionLimitExceeded",
  400,
  (name: string, version: number) =>
    `You attempted to create a new version of ${name} by calling the PutParameter API with the overwrite flag. Version ${version}, the oldest version, can't be deleted because it has a label associated with it. Move the label to another version of the parameter, and try again.`,
);
export const tooManyLabels = defineError(
  "ParameterVersionLabelLimitExceeded",
  400,
  () =>
    "A parameter version can have a maximum of ten labels. Move one or more labels to another version and try again.",
);
export const invalidKeyId = defineError("InvalidKeyId", 400, (message: string) => message);
export const accessDenied = defineError("AccessDeniedException", 400, (message: string) => message);
export const invalidFilterKey = defineError("InvalidFilterKey", 400, (message: string) => message);
export const invalidFilterOption = defineError("InvalidFilterOption", 400, (message: string) => message);
export const invalidFilterValue = defineError("InvalidFilterValue", 400, (message: string) => message);
export const invalidNextToken = defineError("InvalidNextToken", 400, () => "The specified token is not valid.");
export const invalidPolicyType = defineError("InvalidPolicyTypeException", 400, (message: string) => message);
export const invalidPolicyAttribute = defineError("InvalidPolicyAttributeException", 400, (message: string) => message);
export const policiesLimitExceeded = defineError(
  "PoliciesLimitExceededException",
  400,
  () => "A parameter can have a maximum of ten policies.",
);
export const invalidResourceType = defineError("InvalidResourceType", 400, (message: string) => message);
export const invalidResourceId = defineError(
  "InvalidResourceId",
  400,
  () => "The resource ID is not valid. Verify that you entered the correct ID and try again.",
);
export const tooManyTags = defineError(
  "TooManyTagsError",
  400,
  () => "The Targets parameter includes too many tags. Remove one or more tags and try the command again.",
);
export const validation = defineError("ValidationException", 400, (message: string) => message);

export const notSupportedYet = (feature: string) => validation(`${feature} is not supported by Fleetless yet.`);

/** The wording of AWS's own checks of lengths, ranges and patterns. */
export const constraintViolated = (value: string, member: string, constraint: string) =>
  validation(
    `1 validation error detected: Value '${value.slice(0, 600)}' at '${member}' failed to satisfy constraint: ${constraint}`,
  );
