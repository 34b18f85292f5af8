import type { OperationsOf } from "../../gateway/bind-operations.ts";
import type { IamDependencies } from "./dependencies.ts";
import { addClientIDToOpenIDConnectProvider } from "./handlers/add-client-id-to-open-id-connect-provider.ts";
import { addRoleToInstanceProfile } from "./handlers/add-role-to-instance-profile.ts";
import { addUserToGroup } from "./handlers/add-user-to-group.ts";
import { attachGroupPolicy } from "./handlers/attach-group-policy.ts";
import { attachRolePolicy } from "./handlers/attach-role-policy.ts";
import { attachUserPolicy } from "./handlers/attach-user-policy.ts";
import { createAccessKey } from "./handlers/create-access-key.ts";
import { createAccountAlias } from "./handlers/create-account-alias.ts";
import { createGroup } from "./handlers/create-group.ts";
import { createInstanceProfile } from "./handlers/create-instance-profile.ts";
import { createOpenIDConnectProvider } from "./handlers/create-open-id-connect-provider.ts";
import { createPolicy } from "./handlers/create-policy.ts";
import { createPolicyVersion } from "./handlers/create-policy-version.ts";
import { createRole } from "./handlers/create-role.ts";
import { createServiceLinkedRole } from "./handlers/create-service-linked-role.ts";
import { createUser } from "./handlers/create-user.ts";
import { deleteAccessKey } from "./handlers/delete-access-key.ts";
import { deleteAccountAlias } from "./handlers/delete-account-alias.ts";
import { deleteGroup } from "./handlers/delete-group.ts";
import { deleteGroupPolicy } from "./handlers/delete-group-policy.ts";
import { deleteInstanceProfile } from "./handlers/delete-instance-profile.ts";
import { deleteOpenIDConnectProvider } from "./handlers/delete-open-id-connect-provider.ts";
import { deletePolicy } from "./handlers/delete-policy.ts";
import { deletePolicyVersion } from "./handlers/delete-policy-version.ts";
import { deleteRole } from "./handlers/delete-role.ts";
import { deleteRolePermissionsBoundary } from "./handlers/delete-role-permissions-boundary.ts";
import { deleteRolePolicy } from "./handlers/delete-role-policy.ts";
import { deleteServiceLinkedRole } from "./handlers/delete-service-linked-role.ts";
import { deleteUser } from "./handlers/delete-user.ts";
import { deleteUserPermissionsBoundary } from "./handlers/delete-user-permissions-boundary.ts";
import { deleteUserPolicy } from "./handlers/delete-user-policy.ts";
import { detachGroupPolicy } from "./handlers/detach-group-policy.ts";
import { detachRolePolicy } from "./handlers/detach-role-policy.ts";
import { detachUserPolicy } from "./handlers/detach-user-policy.ts";
import { generateCredentialReport } from "./handlers/generate-credential-report.ts";
import { generateServiceLastAccessedDetails } from "./handlers/generate-service-last-accessed-details.ts";
import { getAccessKeyLastUsed } from "./handlers/get-access-key-last-used.ts";
import { getAccountAuthorizationDetails } from "./handlers/get-account-authorization-details.ts";
import { getAccountSummary } from "./handlers/get-account-summary.ts";
import { getContextKeysForCustomPolicy } from "./handlers/get-context-keys-for-custom-policy.ts";
import { getContextKeysForPrincipalPolicy } from "./handlers/get-context-keys-for-principal-policy.ts";
import { getCredentialReport } from "./handlers/get-credential-report.ts";
import { getGroup } from "./handlers/get-group.ts";
import { getGroupPolicy } from "./handlers/get-group-policy.ts";
import { getInstanceProfile } from "./handlers/get-instance-profile.ts";
import { getOpenIDConnectProvider } from "./handlers/get-open-id-connect-provider.ts";
import { getPolicy } from "./handlers/get-policy.ts";
import { getPolicyVersion } from "./handlers/get-policy-version.ts";
import { getRole } from "./handlers/get-role.ts";
import { getRolePolicy } from "./handlers/get-role-policy.ts";
import { getServiceLastAccessedDetails } from "./handlers/get-service-last-accessed-details.ts";
import { getServiceLastAccessedDetailsWithEntities } from "./handlers/get-service-last-accessed-details-with-entities.ts";
import { getServiceLinkedRoleDeletionStatus } from "./handlers/get-service-linked-role-deletion-status.ts";
import { getUser } from "./handlers/get-user.ts";
import { getUserPolicy } from "./handlers/get-user-policy.ts";
import { listAccessKeys } from "./handlers/list-access-keys.ts";
import { listAccountAliases } from "./handlers/list-account-aliases.ts";
import { listAttachedGroupPolicies } from "./handlers/list-attached-group-policies.ts";
import { listAttachedRolePolicies } from "./handlers/list-attached-role-policies.ts";
import { listAttachedUserPolicies } from "./handlers/list-attached-user-policies.ts";
import { listEntitiesForPolicy } from "./handlers/list-entities-for-policy.ts";
import { listGroupPolicies } from "./handlers/list-group-policies.ts";
import { listGroups } from "./handlers/list-groups.ts";
import { listGroupsForUser } from "./handlers/list-groups-for-user.ts";
import { listInstanceProfileTags } from "./handlers/list-instance-profile-tags.ts";
import { listInstanceProfiles } from "./handlers/list-instance-profiles.ts";
import { listInstanceProfilesForRole } from "./handlers/list-instance-profiles-for-role.ts";
import { listOpenIDConnectProviderTags } from "./handlers/list-open-id-connect-provider-tags.ts";
import { listOpenIDConnectProviders } from "./handlers/list-open-id-connect-providers.ts";
import { listPolicies } from "./handlers/list-policies.ts";
import { listPoliciesGrantingServiceAccess } from "./handlers/list-policies-granting-service-access.ts";
import { listPolicyTags } from "./handlers/list-policy-tags.ts";
import { listPolicyVersions } from "./handlers/list-policy-versions.ts";
import { listRolePolicies } from "./handlers/list-role-policies.ts";
import { listRoleTags } from "./handlers/list-role-tags.ts";
import { listRoles } from "./handlers/list-roles.ts";
import { listUserPolicies } from "./handlers/list-user-policies.ts";
import { listUserTags } from "./handlers/list-user-tags.ts";
import { listUsers } from "./handlers/list-users.ts";
import { putGroupPolicy } from "./handlers/put-group-policy.ts";
import { putRolePermissionsBoundary } from "./handlers/put-role-permissions-boundary.ts";
import { putRolePolicy } from "./handlers/put-role-policy.ts";
import { putUserPermissionsBoundary } from "./handlers/put-user-permissions-boundary.ts";
import { putUserPolicy } from "./handlers/put-user-policy.ts";
import { removeClientIDFromOpenIDConnectProvider } from "./handlers/remove-client-id-from-open-id-connect-provider.ts";
import { removeRoleFromInstanceProfile } from "./handlers/remove-role-from-instance-profile.ts";
import { removeUserFromGroup } from "./handlers/remove-user-from-group.ts";
import { setDefaultPolicyVersion } from "./handlers/set-default-policy-version.ts";
import { simulateCustomPolicy } from "./handlers/simulate-custom-policy.ts";
import { simulatePrincipalPolicy } from "./handlers/simulate-principal-policy.ts";
import { tagInstanceProfile } from "./handlers/tag-instance-profile.ts";
import { tagOpenIDConnectProvider } from "./handlers/tag-open-id-connect-provider.ts";
import { tagPolicy } from "./handlers/tag-policy.ts";
import { tagRole } from "./handlers/tag-role.ts";
import { tagUser } from "./handlers/tag-user.ts";
import { untagInstanceProfile } from "./handlers/untag-instance-profile.ts";
import { untagOpenIDConnectProvider } from "./handlers/untag-open-id-connect-provider.ts";
import { untagPolicy } from "./handlers/untag-policy.ts";
import { untagRole } from "./handlers/untag-role.ts";
import { untagUser } from "./handlers/untag-user.ts";
import { updateAccessKey } from "./handlers/update-access-key.ts";
import { updateAssumeRolePolicy } from "./handlers/update-assume-role-policy.ts";
import { updateGroup } from "./handlers/update-group.ts";
import { updateOpenIDConnectProviderThumbprint } from "./handlers/update-open-id-connect-provider-thumbprint.ts";
import { updateRole } from "./handlers/update-role.ts";
import { updateRoleDescription } from "./handlers/update-role-description.ts";
import { updateUser } from "./handlers/update-user.ts";

/** Every operation of IAM that is supported, by name. */
export const iamOperations = {
  AddClientIDToOpenIDConnectProvider: addClientIDToOpenIDConnectProvider,
  AddRoleToInstanceProfile: addRoleToInstanceProfile,
  AddUserToGroup: addUserToGroup,
  AttachGroupPolicy: attachGroupPolicy,
  AttachRolePolicy: attachRolePolicy,
  AttachUserPolicy: attachUserPolicy,
  CreateAccessKey: createAccessKey,
  CreateAccountAlias: createAccountAlias,
  CreateGroup: createGroup,
  CreateInstanceProfile: createInstanceProfile,
  CreateOpenIDConnectProvider: createOpenIDConnectProvider,
  CreatePolicy: createPolicy,
  CreatePolicyVersion: createPolicyVersion,
  CreateRole: createRole,
  CreateServiceLinkedRole: createServiceLinkedRole,
  CreateUser: createUser,
  DeleteAccessKey: deleteAccessKey,
  DeleteAccountAlias: deleteAccountAlias,
  DeleteGroup: deleteGroup,
  DeleteGroupPolicy: deleteGroupPolicy,
  DeleteInstanceProfile: deleteInstanceProfile,
  DeleteOpenIDConnectProvider: deleteOpenIDConnectProvider,
  DeletePolicy: deletePolicy,
  DeletePolicyVersion: deletePolicyVersion,
  DeleteRole: deleteRole,
  DeleteRolePermissionsBoundary: deleteRolePermissionsBoundary,
  DeleteRolePolicy: deleteRolePolicy,
  DeleteServiceLinkedRole: deleteServiceLinkedRole,
  DeleteUser: deleteUser,
  DeleteUserPermissionsBoundary: deleteUserPermissionsBoundary,
  DeleteUserPolicy: deleteUserPolicy,
  DetachGroupPolicy: detachGroupPolicy,
  DetachRolePolicy: detachRolePolicy,
  DetachUserPolicy: detachUserPolicy,
  GenerateCredentialReport: generateCredentialReport,
  GenerateServiceLastAccessedDetails: generateServiceLastAccessedDetails,
  GetAccessKeyLastUsed: getAccessKeyLastUsed,
  GetAccountAuthorizationDetails: getAccountAuthorizationDetails,
  GetAccountSummary: getAccountSummary,
  GetContextKeysForCustomPolicy: getContextKeysForCustomPolicy,
  GetContextKeysForPrincipalPolicy: getContextKeysForPrincipalPolicy,
  GetCredentialReport: getCredentialReport,
  GetGroup: getGroup,
  GetGroupPolicy: getGroupPolicy,
  GetInstanceProfile: getInstanceProfile,
  GetOpenIDConnectProvider: getOpenIDConnectProvider,
  GetPolicy: getPolicy,
  GetPolicyVersion: getPolicyVersion,
  GetRole: getRole,
  GetRolePolicy: getRolePolicy,
  GetServiceLastAccessedDetails: getServiceLastAccessedDetails,
  GetServiceLastAccessedDetailsWithEntities: getServiceLastAccessedDetailsWithEntities,
  GetServiceLinkedRoleDeletionStatus: getServiceLinkedRoleDeletionStatus,
  GetUser: getUser,
  GetUserPolicy: getUserPolicy,
  ListAccessKeys: listAccessKeys,
  ListAccountAliases: listAccountAliases,
  ListAttachedGroupPolicies: listAttachedGroupPolicies,
  ListAttachedRolePolicies: listAttachedRolePolicies,
  ListAttachedUserPolicies: listAttachedUserPolicies,
  ListEntitiesForPolicy: listEntitiesForPolicy,
  ListGroupPolicies: listGroupPolicies,
  ListGroups: listGroups,
  ListGroupsForUser: listGroupsForUser,
  ListInstanceProfileTags: listInstanceProfileTags,
  ListInstanceProfiles: listInstanceProfiles,
  ListInstanceProfilesForRole: listInstanceProfilesForRole,
  ListOpenIDConnectProviderTags: listOpenIDConnectProviderTags,
  ListOpenIDConnectProviders: listOpenIDConnectProviders,
  ListPolicies: listPolicies,
  ListPoliciesGrantingServiceAccess: listPoliciesGrantingServiceAccess,
  ListPolicyTags: listPolicyTags,
  ListPolicyVersions: listPolicyVersions,
  ListRolePolicies: listRolePolicies,
  ListRoleTags: listRoleTags,
  ListRoles: listRoles,
  ListUserPolicies: listUserPolicies,
  ListUserTags: listUserTags,
  ListUsers: listUsers,
  PutGroupPolicy: putGroupPolicy,
  PutRolePermissionsBoundary: putRolePermissionsBoundary,
  PutRolePolicy: putRolePolicy,
  PutUserPermissionsBoundary: putUserPermissionsBoundary,
  PutUserPolicy: putUserPolicy,
  RemoveClientIDFromOpenIDConnectProvider: removeClientIDFromOpenIDConnectProvider,
  RemoveRoleFromInstanceProfile: removeRoleFromInstanceProfile,
  RemoveUserFromGroup: removeUserFromGroup,
  SetDefaultPolicyVersion: setDefaultPolicyVersion,
  SimulateCustomPolicy: simulateCustomPolicy,
  SimulatePrincipalPolicy: simulatePrincipalPolicy,
  TagInstanceProfile: tagInstanceProfile,
  TagOpenIDConnectProvider: tagOpenIDConnectProvider,
  TagPolicy: tagPolicy,
  TagRole: tagRole,
  TagUser: tagUser,
  UntagInstanceProfile: untagInstanceProfile,
  UntagOpenIDConnectProvider: untagOpenIDConnectProvider,
  UntagPolicy: untagPolicy,
  UntagRole: untagRole,
  UntagUser: untagUser,
  UpdateAccessKey: updateAccessKey,
  UpdateAssumeRolePolicy: updateAssumeRolePolicy,
  UpdateGroup: updateGroup,
  UpdateOpenIDConnectProviderThumbprint: updateOpenIDConnectProviderThumbprint,
  UpdateRole: updateRole,
  UpdateRoleDescription: updateRoleDescription,
  UpdateUser: updateUser,
} satisfies OperationsOf<typeof import("@aws-sdk/client-iam"), IamDependencies>;
