import { parseArn } from "@fleetless/kernel";
import type { ReadTransaction } from "../../state/store.ts";
import { findAwsManagedPolicy } from "./aws-managed-policies.ts";
import {
  type AccessKeyRecord,
  accessKeys,
  type GroupRecord,
  groups,
  type PolicyRecord,
  policies,
  type RoleRecord,
  roles,
  type UserRecord,
  users,
} from "./collections.ts";

export const entityKey = (accountId: string, name: string): string => `${accountId}/${name.toLowerCase()}`;

export const findUser = async (
  transaction: ReadTransaction,
  accountId: string,
  userName: string,
): Promise<UserRecord | undefined> => {
  const user = await transaction.get(users, entityKey(accountId, userName));
  return user?.userName === userName ? user : undefined;
};

export const findGroup = async (
  transaction: ReadTransaction,
  accountId: string,
  groupName: string,
): Promise<GroupRecord | undefined> => {
  const group = await transaction.get(groups, entityKey(accountId, groupName));
  return group?.groupName === groupName ? group : undefined;
};

/** The groups that a user is in. */
export const groupsOfUser = async (
  transaction: ReadTransaction,
  { accountId, groupIds = [] }: UserRecord,
): Promise<readonly GroupRecord[]> => {
  const found: GroupRecord[] = [];
  for (const id of groupIds) {
    const index = { name: "id", value: `${accountId}/${id}` };
    found.push(...(await transaction.list(groups, { index })).map(({ document }) => document));
  }
  return found;
};

export const usersOfGroup = async (
  transaction: ReadTransaction,
  { accountId, groupId }: GroupRecord,
): Promise<readonly UserRecord[]> => {
  const index = { name: "group", value: `${accountId}/${groupId}` };
  return (await transaction.list(users, { index })).map(({ document }) => document);
};

export const listGroups = async (transaction: ReadTransaction, accountId: string): Promise<readonly GroupRecord[]> =>
  (await transaction.list(groups, { prefix: `${accountId}/` })).map(({ document }) => document);

/** The name at the end of an ARN such as `arn:aws:iam::<account>:role/<path>/<name>`. */
export const nameOfArn = (arn: string): string => arn.slice(arn.lastIndexOf("/") + 1);

/** By name, or by an ARN of the same account whose path is right. */
export const findRole = async (
  transaction: ReadTransaction,
  accountId: string,
  nameOrArn: string,
): Promise<RoleRecord | undefined> => {
  const arn = parseArn(nameOrArn);
  if (arn === undefined) {
    const role = await transaction.get(roles, entityKey(accountId, nameOrArn));
    return role?.roleName === nameOrArn ? role : undefined;
  }
  if (arn.accountId !== accountId) return undefined;
  const role = await transaction.get(roles, entityKey(accountId, nameOfArn(nameOrArn)));
  return role?.arn === nameOrArn ? role : undefined;
};

/** The ARN of a role or user, by its name or ARN; a role goes before a user of the same name. */
export const arnOfIdentity = async (
  transaction: ReadTransaction,
  accountId: string,
  nameOrArn: string,
): Promise<string | undefined> => {
  const role = await findRole(transaction, accountId, nameOrArn);
  if (role !== undefined) return role.arn;
  const user = await findUser(transaction, accountId, nameOfArn(nameOrArn));
  return user?.userName === nameOrArn || user?.arn === nameOrArn ? user.arn : undefined;
};

/** A customer's or one of AWS's managed policies, by ARN. */
export const findPolicy = async (
  transaction: ReadTransaction,
  accountId: string,
  arn: string,
): Promise<PolicyRecord | undefined> => {
  if (parseArn(arn)?.accountId === "aws") return findAwsManagedPolicy(arn);
  const policy = await transaction.get(policies, entityKey(accountId, nameOfArn(arn)));
  return policy?.arn === arn ? policy : undefined;
};

export const defaultDocument = (policy: PolicyRecord): string => {
  const version = policy.versions.find(({ versionId }) => versionId === policy.defaultVersionId);
  if (version === undefined) throw new Error(`The policy ${policy.arn} has no default version.`);
  return version.document;
};

export const findAccessKey = (
  transaction: ReadTransaction,
  accessKeyId: string,
): Promise<AccessKeyRecord | undefined> => transaction.get(accessKeys, accessKeyId);

export const accessKeysOfUser = async (
  transaction: ReadTransaction,
  accountId: string,
  userName: string,
): Promise<readonly AccessKeyRecord[]> => {
  const found = await transaction.list(accessKeys, {
    index: { name: "user", value: entityKey(accountId, userName) },
  });
  return found.map(({ document }) => document);
};

export interface Attachments {
  readonly users: readonly UserRecord[];
  readonly roles: readonly RoleRecord[];
  readonly groups: readonly GroupRecord[];
}

/** Who has a policy, as a permissions policy or as a boundary. */
export const attachmentsOf = async (
  transaction: ReadTransaction,
  accountId: string,
  arn: string,
  use: "policy" | "boundary" = "policy",
): Promise<Attachments> => {
  const index = { name: use, value: `${accountId}/${arn}` };
  return {
    users: (await transaction.list(users, { index })).map(({ document }) => document),
    roles: (await transaction.list(roles, { index })).map(({ document }) => document),
    // A group has no boundary.
    groups: use === "boundary" ? [] : (await transaction.list(groups, { index })).map(({ document }) => document),
  };
};

/** Names in the order in which AWS lists them, behind `after`. */
export const listUsers = async (transaction: ReadTransaction, accountId: string): Promise<readonly UserRecord[]> =>
  (await transaction.list(users, { prefix: `${accountId}/` })).map(({ document }) => document);

export const listRoles = async (transaction: ReadTransaction, accountId: string): Promise<readonly RoleRecord[]> =>
  (await transaction.list(roles, { prefix: `${accountId}/` })).map(({ document }) => document);

export const listCustomerPolicies = async (
  transaction: ReadTransaction,
  accountId: string,
): Promise<readonly PolicyRecord[]> =>
  (await transaction.list(policies, { prefix: `${accountId}/` })).map(({ document }) => document);
