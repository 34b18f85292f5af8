import type { GroupDetail, ManagedPolicyDetail, PolicyDetail, RoleDetail, UserDetail } from "@aws-sdk/client-iam";
import type { ReadTransaction } from "../../state/store.ts";
import { awsManagedPolicies } from "./aws-managed-policies.ts";
import type { Identity } from "./collections.ts";
import { instanceProfileView, profilesOfRole } from "./instance-profiles.ts";
import { policyUses } from "./policy-uses.ts";
import { groupsOfUser, listCustomerPolicies, listGroups, listRoles, listUsers } from "./repository.ts";
import {
  attachedPolicyView,
  encodeDocument,
  groupView,
  policySummary,
  roleView,
  userView,
  versionSummary,
} from "./views.ts";

/** One item of GetAccountAuthorizationDetails, and the key that orders all of them. */
export interface DetailEntry {
  readonly key: string;
  readonly user?: UserDetail;
  readonly group?: GroupDetail;
  readonly role?: RoleDetail;
  readonly policy?: ManagedPolicyDetail;
}

const inlineViews = ({ inlinePolicies }: Identity): PolicyDetail[] =>
  Object.entries(inlinePolicies).map(([PolicyName, document]) => ({
    PolicyName,
    PolicyDocument: encodeDocument(document),
  }));

const attachedViews = ({ attachedPolicyArns }: Identity) => attachedPolicyArns.map(attachedPolicyView);

export const userEntries = async (transaction: ReadTransaction, accountId: string): Promise<readonly DetailEntry[]> =>
  Promise.all(
    (await listUsers(transaction, accountId)).map(async (user) => ({
      key: `1/${user.userName}`,
      user: {
        ...userView(user),
        UserPolicyList: inlineViews(user),
        GroupList: (await groupsOfUser(transaction, user)).map(({ groupName }) => groupName),
        AttachedManagedPolicies: attachedViews(user),
      },
    })),
  );

export const groupEntries = async (transaction: ReadTransaction, accountId: string): Promise<readonly DetailEntry[]> =>
  (await listGroups(transaction, accountId)).map((group) => ({
    key: `2/${group.groupName}`,
    group: {
      ...groupView(group),
      GroupPolicyList: inlineViews(group),
      AttachedManagedPolicies: attachedViews(group),
    },
  }));

export const roleEntries = async (transaction: ReadTransaction, accountId: string): Promise<readonly DetailEntry[]> =>
  Promise.all(
    (await listRoles(transaction, accountId)).map(async (role) => {
      const { Description: _description, MaxSessionDuration: _duration, ...view } = roleView(role);
      const profiles = await profilesOfRole(transaction, accountId, role.roleName);
      return {
        key: `3/${role.roleName}`,
        role: {
          ...view,
          InstanceProfileList: await Promise.all(profiles.map((profile) => instanceProfileView(transaction, profile))),
          RolePolicyList: inlineViews(role),
          AttachedManagedPolicies: attachedViews(role),
        },
      };
    }),
  );

/** The account's own policies, and those of AWS's that are in use. */
export const policyEntries = async (
  transaction: ReadTransaction,
  accountId: string,
  wants: (kind: string) => boolean,
): Promise<readonly DetailEntry[]> => {
  const own = wants("LocalManagedPolicy") ? await listCustomerPolicies(transaction, accountId) : [];
  const entries: DetailEntry[] = [];
  for (const policy of [...own, ...(wants("AWSManagedPolicy") ? awsManagedPolicies : [])]) {
    const uses = await policyUses(transaction, accountId, policy.arn);
    if (policy.accountId === "aws" && uses.attachments + uses.boundaries === 0) continue;
    const PolicyVersionList = policy.versions.map((version) => ({
      ...versionSummary(policy, version),
      Document: encodeDocument(version.document),
    }));
    entries.push({ key: `4/${policy.arn}`, policy: { ...policySummary(policy, uses), PolicyVersionList } });
  }
  return entries;
};
