import { defineCollection } from "../../state/store.ts";

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** What users and roles have alike. Policies stand with their owner, so that one read tells what it may do. */
export interface Identity {
  readonly accountId: string;
  readonly path: string;
  readonly arn: string;
  /** Milliseconds since the Unix epoch, like every time in these documents. */
  readonly createdAt: number;
  readonly tags: readonly Tag[];
  readonly attachedPolicyArns: readonly string[];
  /** Documents by name. */
  readonly inlinePolicies: Readonly<Record<string, string>>;
  readonly permissionsBoundaryArn?: string | undefined;
}

export interface UserRecord extends Identity {
  readonly userName: string;
  readonly userId: string;
  readonly groupIds?: readonly string[];
}

export interface GroupRecord extends Identity {
  readonly groupName: string;
  readonly groupId: string;
}

export interface RoleRecord extends Identity {
  readonly roleName: string;
  readonly roleId: string;
  readonly trustPolicy: string;
  readonly description?: string;
  readonly maxSessionDurationSeconds: number;
  /** The AWS service whose role it is, such as `ecs.amazonaws.com`: only AWS changes it. */
  readonly linkedService?: string;
}

/** Stored only: nothing here runs on an instance. */
export interface InstanceProfileRecord {
  readonly accountId: string;
  readonly profileName: string;
  readonly profileId: string;
  readonly path: string;
  readonly arn: string;
  readonly createdAt: number;
  readonly tags: readonly Tag[];
  readonly roleName?: string | undefined;
}

export interface OidcProviderRecord {
  readonly accountId: string;
  readonly arn: string;
  /** Without its scheme, as in the ARN. */
  readonly url: string;
  /** `http:` only where the provider was made so. */
  readonly scheme: "https:" | "http:";
  readonly clientIds: readonly string[];
  /** SHA-1 of certificates, in hexadecimal. */
  readonly thumbprints: readonly string[];
  readonly createdAt: number;
  readonly tags: readonly Tag[];
}

export interface AccountRecord {
  readonly alias?: string | undefined;
}

export interface CredentialReportRecord {
  readonly content: string;
  readonly generatedAt: number;
}

export interface PolicyVersion {
  readonly versionId: string;
  readonly document: string;
  readonly createdAt: number;
}

export interface PolicyRecord {
  readonly accountId: string;
  readonly policyName: string;
  readonly policyId: string;
  readonly path: string;
  readonly arn: string;
  readonly description?: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly defaultVersionId: string;
  readonly latestVersion: number;
  readonly versions: readonly PolicyVersion[];
  readonly tags: readonly Tag[];
}

export interface AccessKeyRecord {
  readonly accountId: string;
  readonly accessKeyId: string;
  readonly userName: string;
  readonly userId: string;
  readonly status: "Active" | "Inactive";
  readonly createdAt: number;
  readonly sealedSecret: string;
}

/** Keys are `<account>/<name in lower case>`: names that differ in case only are the same to AWS. */
export const users = defineCollection<UserRecord>("iam-users", {
  policy: (user) => user.attachedPolicyArns.map((arn) => `${user.accountId}/${arn}`),
  boundary: (user) => user.permissionsBoundaryArn && `${user.accountId}/${user.permissionsBoundaryArn}`,
  group: (user) => (user.groupIds ?? []).map((id) => `${user.accountId}/${id}`),
});

export const groups = defineCollection<GroupRecord>("iam-groups", {
  policy: (group) => group.attachedPolicyArns.map((arn) => `${group.accountId}/${arn}`),
  id: (group) => `${group.accountId}/${group.groupId}`,
});

export const roles = defineCollection<RoleRecord>("iam-roles", {
  policy: (role) => role.attachedPolicyArns.map((arn) => `${role.accountId}/${arn}`),
  boundary: (role) => role.permissionsBoundaryArn && `${role.accountId}/${role.permissionsBoundaryArn}`,
});

/** Keys are `<account>/<name in lower case>`. */
export const policies = defineCollection<PolicyRecord>("iam-policies");

/** Keys are access key ids. */
export const accessKeys = defineCollection<AccessKeyRecord>("iam-access-keys", {
  user: (key) => `${key.accountId}/${key.userName.toLowerCase()}`,
});

/** Keys are `<account>/<name in lower case>`. */
export const instanceProfiles = defineCollection<InstanceProfileRecord>("iam-instance-profiles", {
  role: (profile) => profile.roleName && `${profile.accountId}/${profile.roleName.toLowerCase()}`,
});

/** Keys are `<account>/<url>`. */
export const oidcProviders = defineCollection<OidcProviderRecord>("iam-oidc-providers");

/** Keys are account ids. */
export const accounts = defineCollection<AccountRecord>("iam-accounts");
export const credentialReports = defineCollection<CredentialReportRecord>("iam-credential-reports");

/** Every collection that has a say in who is who and who may do what: what caches of it watch. */
export const iamCollections: readonly string[] = [users.name, groups.name, roles.name, policies.name, accessKeys.name];
