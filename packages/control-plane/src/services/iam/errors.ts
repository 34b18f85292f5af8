import { defineError } from "@fleetless/kernel";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html */
const noSuchEntity = <Arguments extends readonly string[]>(message: (...args: Arguments) => string) =>
  defineError("NoSuchEntity", 404, message);
const alreadyExists = (message: (name: string) => string) => defineError("EntityAlreadyExists", 409, message);
const deleteConflict = (message: () => string) => defineError("DeleteConflict", 409, message);
const limitExceeded = defineError(
  "LimitExceeded",
  409,
  (what: string, limit: number) => `Cannot exceed quota for ${what}: ${limit}`,
);

export const userNotFound = noSuchEntity((name: string) => `The user with name ${name} cannot be found.`);
export const roleNotFound = noSuchEntity((name: string) => `The role with name ${name} cannot be found.`);
export const policyNotFound = noSuchEntity((arn: string) => `Policy ${arn} does not exist or is not attachable.`);
export const policyArnNotFound = noSuchEntity((arn: string) => `Policy ${arn} was not found.`);
export const policyVersionNotFound = noSuchEntity(
  (arn: string, version: string) => `Policy ${arn} version ${version} does not exist or is not attachable.`,
);
export const attachmentNotFound = noSuchEntity((arn: string) => `Policy ${arn} was not found.`);
export const accessKeyNotFound = noSuchEntity((id: string) => `The Access Key with id ${id} cannot be found.`);
export const userPolicyNotFound = noSuchEntity((name: string) => `The user policy with name ${name} cannot be found.`);
export const rolePolicyNotFound = noSuchEntity((name: string) => `The role policy with name ${name} cannot be found.`);
export const boundaryNotFound = noSuchEntity((name: string) => `No permissions boundary is attached to ${name}.`);

export const userExists = alreadyExists((name) => `User with name ${name} already exists.`);
export const roleExists = alreadyExists((name) => `Role with name ${name} already exists.`);
export const policyExists = alreadyExists(
  (name) => `A policy called ${name} already exists. Duplicate names are not allowed.`,
);

export const mustDetachPolicies = deleteConflict(() => "Cannot delete entity, must detach all policies first.");
export const mustDeletePolicies = deleteConflict(() => "Cannot delete entity, must delete policies first.");
export const mustDeleteAccessKeys = deleteConflict(() => "Cannot delete entity, must delete access keys first.");
export const policyAttached = deleteConflict(() => "Cannot delete a policy attached to entities.");
export const policyHasVersions = deleteConflict(
  () => "This policy has more than one version. Before you delete a policy, you must delete the policy's versions.",
);
export const defaultVersionInUse = deleteConflict(() => "Cannot delete the default version of a policy.");

export const accessKeyLimit = () => limitExceeded("AccessKeysPerUser", 2);
export const attachedPolicyLimit = (kind: "User" | "Role") => limitExceeded(`PoliciesPer${kind}`, 10);
export const tagLimit = (kind: string) => limitExceeded(`TagsPer${kind}`, 50);
export const policyVersionLimit = defineError(
  "LimitExceeded",
  409,
  () =>
    "A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.",
);
export const documentTooLong = defineError(
  "LimitExceeded",
  409,
  (what: string, limit: number) => `Cannot exceed quota for ${what}: ${limit}`,
);

export const validationError = defineError("ValidationError", 400, (message: string) => message);
export const invalidInput = defineError("InvalidInput", 400, (message: string) => message);
export const managedByAws = defineError(
  "AccessDenied",
  403,
  (arn: string) => `The policy ${arn} is managed by AWS and cannot be changed.`,
);
export const mustSpecifyUserName = defineError(
  "ValidationError",
  400,
  () => "Must specify userName when calling with non-User credentials",
);
export const invalidStatus = defineError(
  "ValidationError",
  400,
  (status: string) =>
    `1 validation error detected: Value '${status}' at 'status' failed to satisfy constraint: Member must satisfy enum value set: [Active, Inactive]`,
);
