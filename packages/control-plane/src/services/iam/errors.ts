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

export const groupNotFound = noSuchEntity((name: string) => `The group with name ${name} cannot be found.`);
export const groupPolicyNotFound = noSuchEntity(
  (name: string) => `The group policy with name ${name} cannot be found.`,
);
export const notInGroup = noSuchEntity((user: string, group: string) => `User ${user} is not in the group ${group}.`);
export const instanceProfileNotFound = noSuchEntity((name: string) => `Instance Profile ${name} cannot be found.`);
export const roleNotInProfile = noSuchEntity(
  (role: string, profile: string) => `The role with name ${role} cannot be found in the instance profile ${profile}.`,
);
export const oidcProviderNotFound = noSuchEntity((arn: string) => `OpenIDConnect Provider not found for arn ${arn}`);
export const aliasNotFound = noSuchEntity((alias: string) => `The account alias ${alias} cannot be found.`);
export const jobNotFound = noSuchEntity((id: string) => `The job with id ${id} cannot be found.`);

export const entityNotFound = noSuchEntity((arn: string) => `ARN ${arn} does not exist.`);
export const serviceNotInJob = noSuchEntity((name: string) => `The service ${name} is not in the report.`);
export const deletionTaskNotFound = noSuchEntity((id: string) => `Deletion task not found: ${id}`);

export const groupExists = alreadyExists((name) => `Group with name ${name} already exists.`);
export const instanceProfileExists = alreadyExists((name) => `Instance Profile ${name} already exists.`);
export const oidcProviderExists = alreadyExists((url) => `Provider with url ${url} already exists.`);
export const aliasExists = alreadyExists((alias) => `The account alias ${alias} already exists.`);

export const userExists = alreadyExists((name) => `User with name ${name} already exists.`);
export const roleExists = alreadyExists((name) => `Role with name ${name} already exists.`);
export const policyExists = alreadyExists(
  (name) => `A policy called ${name} already exists. Duplicate names are not allowed.`,
);

export const mustDetachPolicies = deleteConflict(() => "Cannot delete entity, must detach all policies first.");
export const mustDeletePolicies = deleteConflict(() => "Cannot delete entity, must delete policies first.");
export const mustDeleteAccessKeys = deleteConflict(() => "Cannot delete entity, must delete access keys first.");
export const mustLeaveGroups = deleteConflict(() => "Cannot delete entity, must remove users from group first.");
export const mustRemoveUsers = deleteConflict(() => "Cannot delete entity, must remove users from group first.");
export const mustRemoveFromProfiles = deleteConflict(
  () => "Cannot delete entity, must remove roles from instance profile first.",
);
export const policyAttached = deleteConflict(() => "Cannot delete a policy attached to entities.");
export const policyHasVersions = deleteConflict(
  () => "This policy has more than one version. Before you delete a policy, you must delete the policy's versions.",
);
export const defaultVersionInUse = deleteConflict(() => "Cannot delete the default version of a policy.");

export const accessKeyLimit = () => limitExceeded("AccessKeysPerUser", 2);
export const attachedPolicyLimit = (kind: "User" | "Role" | "Group") =>
  limitExceeded(kind === "Group" ? "AttachedPoliciesPerGroup" : `PoliciesPer${kind}`, 10);
export const groupsPerUserLimit = () => limitExceeded("GroupsPerUser", 10);
export const rolesPerProfileLimit = () => limitExceeded("InstanceSessionsPerInstanceProfile", 1);
export const clientIdLimit = () => limitExceeded("ClientIdsPerOpenIdConnectProvider", 100);
export const linkedRoleTaken = defineError(
  "InvalidInput",
  400,
  (name: string) => `Service role name ${name} has been taken in this account, please try a different suffix.`,
);
export const protectedRole = defineError(
  "UnmodifiableEntity",
  400,
  (name: string) =>
    `Cannot perform the operation on the protected role '${name}' - this role is only modifiable by AWS`,
);
export const reportNotPresent = defineError(
  "ReportNotPresent",
  410,
  () => "No report is present. Generate a credential report first.",
);
export const reportExpired = defineError(
  "ReportExpired",
  410,
  () => "Report has expired. Please generate a new report.",
);
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
