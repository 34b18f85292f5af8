import type { OperationsOf } from "../../gateway/bind-operations.ts";
import type { IamDependencies } from "./dependencies.ts";
import { attachRolePolicy } from "./handlers/attach-role-policy.ts";
import { attachUserPolicy } from "./handlers/attach-user-policy.ts";
import { createAccessKey } from "./handlers/create-access-key.ts";
import { createPolicy } from "./handlers/create-policy.ts";
import { createPolicyVersion } from "./handlers/create-policy-version.ts";
import { createRole } from "./handlers/create-role.ts";
import { createUser } from "./handlers/create-user.ts";
import { deleteAccessKey } from "./handlers/delete-access-key.ts";
import { deletePolicy } from "./handlers/delete-policy.ts";
import { deletePolicyVersion } from "./handlers/delete-policy-version.ts";
import { deleteRole } from "./handlers/delete-role.ts";
import { deleteRolePermissionsBoundary } from "./handlers/delete-role-permissions-boundary.ts";
import { deleteRolePolicy } from "./handlers/delete-role-policy.ts";
import { deleteUser } from "./handlers/delete-user.ts";
import { deleteUserPermissionsBoundary } from "./handlers/delete-user-permissions-boundary.ts";
import { deleteUserPolicy } from "./handlers/delete-user-policy.ts";
import { detachRolePolicy } from "./handlers/detach-role-policy.ts";
import { detachUserPolicy } from "./handlers/detach-user-policy.ts";
import { getPolicy } from "./handlers/get-policy.ts";
import { getPolicyVersion } from "./handlers/get-policy-version.ts";
import { getRole } from "./handlers/get-role.ts";
import { getRolePolicy } from "./handlers/get-role-policy.ts";
import { getUser } from "./handlers/get-user.ts";
import { getUserPolicy } from "./handlers/get-user-policy.ts";
import { listAccessKeys } from "./handlers/list-access-keys.ts";
import { listAttachedRolePolicies } from "./handlers/list-attached-role-policies.ts";
import { listAttachedUserPolicies } from "./handlers/list-attached-user-policies.ts";
import { listEntitiesForPolicy } from "./handlers/list-entities-for-policy.ts";
import { listGroupsForUser } from "./handlers/list-groups-for-user.ts";
import { listInstanceProfilesForRole } from "./handlers/list-instance-profiles-for-role.ts";
import { listPolicies } from "./handlers/list-policies.ts";
import { listPolicyTags } from "./handlers/list-policy-tags.ts";
import { listPolicyVersions } from "./handlers/list-policy-versions.ts";
import { listRolePolicies } from "./handlers/list-role-policies.ts";
import { listRoleTags } from "./handlers/list-role-tags.ts";
import { listRoles } from "./handlers/list-roles.ts";
import { listUserPolicies } from "./handlers/list-user-policies.ts";
import { listUserTags } from "./handlers/list-user-tags.ts";
import { listUsers } from "./handlers/list-users.ts";
import { putRolePermissionsBoundary } from "./handlers/put-role-permissions-boundary.ts";
import { putRolePolicy } from "./handlers/put-role-policy.ts";
import { putUserPermissionsBoundary } from "./handlers/put-user-permissions-boundary.ts";
import { putUserPolicy } from "./handlers/put-user-policy.ts";
import { setDefaultPolicyVersion } from "./handlers/set-default-policy-version.ts";
import { tagPolicy } from "./handlers/tag-policy.ts";
import { tagRole } from "./handlers/tag-role.ts";
import { tagUser } from "./handlers/tag-user.ts";
import { untagPolicy } from "./handlers/untag-policy.ts";
import { untagRole } from "./handlers/untag-role.ts";
import { untagUser } from "./handlers/untag-user.ts";
import { updateAccessKey } from "./handlers/update-access-key.ts";
import { updateAssumeRolePolicy } from "./handlers/update-assume-role-policy.ts";
import { updateRole } from "./handlers/update-role.ts";
import { updateRoleDescription } from "./handlers/update-role-description.ts";
import { updateUser } from "./handlers/update-user.ts";

/** Every operation of IAM that is supported, by name. */
export const iamOperations = {
  AttachRolePolicy: attachRolePolicy,
  AttachUserPolicy: attachUserPolicy,
  CreateAccessKey: createAccessKey,
  CreatePolicy: createPolicy,
  CreatePolicyVersion: createPolicyVersion,
  CreateRole: createRole,
  CreateUser: createUser,
  DeleteAccessKey: deleteAccessKey,
  DeletePolicy: deletePolicy,
  DeletePolicyVersion: deletePolicyVersion,
  DeleteRole: deleteRole,
  DeleteRolePermissionsBoundary: deleteRolePermissionsBoundary,
  DeleteRolePolicy: deleteRolePolicy,
  DeleteUser: deleteUser,
  DeleteUserPermissionsBoundary: deleteUserPermissionsBoundary,
  DeleteUserPolicy: deleteUserPolicy,
  DetachRolePolicy: detachRolePolicy,
  DetachUserPolicy: detachUserPolicy,
  GetPolicy: getPolicy,
  GetPolicyVersion: getPolicyVersion,
  GetRole: getRole,
  GetRolePolicy: getRolePolicy,
  GetUser: getUser,
  GetUserPolicy: getUserPolicy,
  ListAccessKeys: listAccessKeys,
  ListAttachedRolePolicies: listAttachedRolePolicies,
  ListAttachedUserPolicies: listAttachedUserPolicies,
  ListEntitiesForPolicy: listEntitiesForPolicy,
  ListGroupsForUser: listGroupsForUser,
  ListInstanceProfilesForRole: listInstanceProfilesForRole,
  ListPolicies: listPolicies,
  ListPolicyTags: listPolicyTags,
  ListPolicyVersions: listPolicyVersions,
  ListRolePolicies: listRolePolicies,
  ListRoleTags: listRoleTags,
  ListRoles: listRoles,
  ListUserPolicies: listUserPolicies,
  ListUserTags: listUserTags,
  ListUsers: listUsers,
  PutRolePermissionsBoundary: putRolePermissionsBoundary,
  PutRolePolicy: putRolePolicy,
  PutUserPermissionsBoundary: putUserPermissionsBoundary,
  PutUserPolicy: putUserPolicy,
  SetDefaultPolicyVersion: setDefaultPolicyVersion,
  TagPolicy: tagPolicy,
  TagRole: tagRole,
  TagUser: tagUser,
  UntagPolicy: untagPolicy,
  UntagRole: untagRole,
  UntagUser: untagUser,
  UpdateAccessKey: updateAccessKey,
  UpdateAssumeRolePolicy: updateAssumeRolePolicy,
  UpdateRole: updateRole,
  UpdateRoleDescription: updateRoleDescription,
  UpdateUser: updateUser,
} satisfies OperationsOf<typeof import("@aws-sdk/client-iam"), IamDependencies>;
