import type { ServiceError } from "@fleetless/kernel";
import type { Call } from "../../gateway/call.ts";
import type { Collection, ReadTransaction, Transaction } from "../../state/store.ts";
import {
  type GroupRecord,
  groups,
  type Identity,
  type RoleRecord,
  roles,
  type UserRecord,
  users,
} from "./collections.ts";
import type { IamDependencies } from "./dependencies.ts";
import {
  groupNotFound,
  groupPolicyNotFound,
  protectedRole,
  roleNotFound,
  rolePolicyNotFound,
  userNotFound,
  userPolicyNotFound,
} from "./errors.ts";
import { entityKey, findGroup, findRole, findUser } from "./repository.ts";

/** Users, groups and roles have policies in the same way: what differs between them. */
export interface OwnerKind<Owner extends Identity> {
  readonly kind: "User" | "Role" | "Group";
  readonly collection: Collection<Owner>;
  readonly find: (transaction: ReadTransaction, accountId: string, name: string) => Promise<Owner | undefined>;
  readonly nameOf: (owner: Owner) => string;
  readonly notFound: (name: string) => ServiceError;
  readonly inlinePolicyNotFound: (name: string) => ServiceError;
  /** Characters of all inline policies together, white space aside. */
  readonly inlinePolicyLimit: number;
}

export const userOwner: OwnerKind<UserRecord> = {
  kind: "User",
  collection: users,
  find: findUser,
  nameOf: (user) => user.userName,
  notFound: userNotFound,
  inlinePolicyNotFound: userPolicyNotFound,
  inlinePolicyLimit: 2_048,
};

export const groupOwner: OwnerKind<GroupRecord> = {
  kind: "Group",
  collection: groups,
  find: findGroup,
  nameOf: (group) => group.groupName,
  notFound: groupNotFound,
  inlinePolicyNotFound: groupPolicyNotFound,
  inlinePolicyLimit: 5_120,
};

export const roleOwner: OwnerKind<RoleRecord> = {
  kind: "Role",
  collection: roles,
  find: findRole,
  nameOf: (role) => role.roleName,
  notFound: roleNotFound,
  inlinePolicyNotFound: rolePolicyNotFound,
  inlinePolicyLimit: 10_240,
};

export const requireOwner = async <Owner extends Identity>(
  transaction: ReadTransaction,
  owner: OwnerKind<Owner>,
  accountId: string,
  name: string,
): Promise<Owner> => {
  const found = await owner.find(transaction, accountId, name);
  if (found === undefined) throw owner.notFound(name);
  return found;
};

export const readOwner = <Owner extends Identity>(
  { store }: IamDependencies,
  call: Call,
  owner: OwnerKind<Owner>,
  name: string,
): Promise<Owner> => store.read((transaction) => requireOwner(transaction, owner, call.accountId, name));

/** Writes what `change` makes of a user or role. */
export const changeOwner = <Owner extends Identity>(
  { store }: IamDependencies,
  call: Call,
  owner: OwnerKind<Owner>,
  name: string,
  change: (found: Owner, transaction: Transaction) => Owner | Promise<Owner>,
): Promise<Owner> =>
  store.transaction(async (transaction) => {
    const found = await requireOwner(transaction, owner, call.accountId, name);
    if ("linkedService" in found && found.linkedService !== undefined) throw protectedRole(name);
    const changed = await change(found, transaction);
    transaction.put(owner.collection, entityKey(call.accountId, name), changed);
    return changed;
  });
