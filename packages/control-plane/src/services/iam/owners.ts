import type { ServiceError } from "@fleetless/kernel";
import type { Call } from "../../gateway/call.ts";
import type { Collection, ReadTransaction, Transaction } from "../../state/store.ts";
import { type Identity, type RoleRecord, roles, type UserRecord, users } from "./collections.ts";
import type { IamDependencies } from "./dependencies.ts";
import { roleNotFound, rolePolicyNotFound, userNotFound, userPolicyNotFound } from "./errors.ts";
import { entityKey, findRole, findUser } from "./repository.ts";

/** Users and roles have tags, policies and a boundary in the same way: what differs between them. */
export interface OwnerKind<Owner extends Identity> {
  readonly kind: "User" | "Role";
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
    const changed = await change(found, transaction);
    transaction.put(owner.collection, entityKey(call.accountId, name), changed);
    return changed;
  });
