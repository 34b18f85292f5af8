import type {
  AccessKeyMetadata,
  AttachedPermissionsBoundary,
  AttachedPolicy,
  Group as GroupView,
  PolicyVersion as PolicyVersionView,
  Policy as PolicyView,
  Role as RoleView,
  User as UserView,
} from "@aws-sdk/client-iam";
import type { Principal } from "../../gateway/call.ts";
import type {
  AccessKeyRecord,
  GroupRecord,
  Identity,
  PolicyRecord,
  PolicyVersion,
  RoleRecord,
  Tag,
  UserRecord,
} from "./collections.ts";
import { nameOfArn } from "./repository.ts";

/** IAM shows whole seconds. */
export const dateView = (milliseconds: number): Date => new Date(Math.floor(milliseconds / 1_000) * 1_000);

/** Policy documents stand URL-encoded in IAM's answers (RFC 3986). */
export const encodeDocument = (document: string): string =>
  encodeURIComponent(document).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

export const tagsView = (tags: readonly Tag[]): { Key: string; Value: string }[] => tags.map((tag) => ({ ...tag }));

const boundaryView = ({ permissionsBoundaryArn }: Identity): { PermissionsBoundary?: AttachedPermissionsBoundary } =>
  permissionsBoundaryArn === undefined
    ? {}
    : {
        PermissionsBoundary: {
          PermissionsBoundaryType: "PermissionsBoundaryPolicy",
          PermissionsBoundaryArn: permissionsBoundaryArn,
        },
      };

const ownTags = (tags: readonly Tag[]): { Tags?: { Key: string; Value: string }[] } =>
  tags.length === 0 ? {} : { Tags: tagsView(tags) };

/** As in lists: without tags and boundary. */
export const userSummary = (user: UserRecord): UserView => ({
  Path: user.path,
  UserName: user.userName,
  UserId: user.userId,
  Arn: user.arn,
  CreateDate: dateView(user.createdAt),
});

export const userView = (user: UserRecord): UserView => ({
  ...userSummary(user),
  ...boundaryView(user),
  ...ownTags(user.tags),
});

export const groupView = (group: GroupRecord): GroupView => ({
  Path: group.path,
  GroupName: group.groupName,
  GroupId: group.groupId,
  Arn: group.arn,
  CreateDate: dateView(group.createdAt),
});

/** The account's root user, which has neither name nor path. */
export const rootUserView = (root: Pick<Principal, "userId" | "arn">, createdAt: number): UserView => ({
  Path: undefined,
  UserName: undefined,
  UserId: root.userId,
  Arn: root.arn,
  CreateDate: dateView(createdAt),
});

export const roleSummary = (role: RoleRecord): RoleView => ({
  Path: role.path,
  RoleName: role.roleName,
  RoleId: role.roleId,
  Arn: role.arn,
  CreateDate: dateView(role.createdAt),
  AssumeRolePolicyDocument: encodeDocument(role.trustPolicy),
  ...(role.description === undefined ? {} : { Description: role.description }),
  MaxSessionDuration: role.maxSessionDurationSeconds,
});

export const roleView = (role: RoleRecord): RoleView => ({
  ...roleSummary(role),
  ...boundaryView(role),
  ...ownTags(role.tags),
});

export const policySummary = (
  policy: PolicyRecord,
  uses: { readonly attachments: number; readonly boundaries: number },
): PolicyView => ({
  PolicyName: policy.policyName,
  PolicyId: policy.policyId,
  Arn: policy.arn,
  Path: policy.path,
  DefaultVersionId: policy.defaultVersionId,
  AttachmentCount: uses.attachments,
  PermissionsBoundaryUsageCount: uses.boundaries,
  IsAttachable: true,
  CreateDate: dateView(policy.createdAt),
  UpdateDate: dateView(policy.updatedAt),
});

export const policyView = (policy: PolicyRecord, uses: Parameters<typeof policySummary>[1]): PolicyView => ({
  ...policySummary(policy, uses),
  ...(policy.description === undefined ? {} : { Description: policy.description }),
  Tags: tagsView(policy.tags),
});

export const versionSummary = (policy: PolicyRecord, version: PolicyVersion): PolicyVersionView => ({
  VersionId: version.versionId,
  IsDefaultVersion: version.versionId === policy.defaultVersionId,
  CreateDate: dateView(version.createdAt),
});

export const attachedPolicyView = (arn: string): AttachedPolicy => ({ PolicyName: nameOfArn(arn), PolicyArn: arn });

export const accessKeyView = (key: AccessKeyRecord): AccessKeyMetadata => ({
  UserName: key.userName,
  AccessKeyId: key.accessKeyId,
  Status: key.status,
  CreateDate: dateView(key.createdAt),
});
