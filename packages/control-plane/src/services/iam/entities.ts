import type { EntityInfo } from "@aws-sdk/client-iam";
import type { ReadTransaction } from "../../state/store.ts";
import type { GroupRecord, Identity, PolicyRecord, RoleRecord, UserRecord } from "./collections.ts";
import { entityNotFound } from "./errors.ts";
import {
  attachmentsOf,
  defaultDocument,
  findGroup,
  findPolicy,
  findRole,
  findUser,
  groupsOfUser,
  nameOfArn,
  usersOfGroup,
} from "./repository.ts";

/** What an ARN of IAM names. */
export type Entity =
  | { readonly kind: "user"; readonly record: UserRecord }
  | { readonly kind: "group"; readonly record: GroupRecord }
  | { readonly kind: "role"; readonly record: RoleRecord }
  | { readonly kind: "policy"; readonly record: PolicyRecord };

/** Throws NoSuchEntity where there is nothing of that ARN. */
export const requireEntity = async (transaction: ReadTransaction, accountId: string, arn: string): Promise<Entity> => {
  const found = await findEntity(transaction, accountId, arn);
  if (found === undefined || found.record.arn !== arn) throw entityNotFound(arn);
  return found;
};

const findEntity = async (
  transaction: ReadTransaction,
  accountId: string,
  arn: string,
): Promise<Entity | undefined> => {
  const name = nameOfArn(arn);
  const kind = /:(user|group|role|policy)\//.exec(arn)?.[1];
  if (kind === "user") {
    const record = await findUser(transaction, accountId, name);
    return record && { kind, record };
  }
  if (kind === "group") {
    const record = await findGroup(transaction, accountId, name);
    return record && { kind, record };
  }
  if (kind === "role") {
    const record = await findRole(transaction, accountId, name);
    return record && { kind, record };
  }
  const record = kind === "policy" ? await findPolicy(transaction, accountId, arn) : undefined;
  return record && { kind: "policy", record };
};

/** A policy as an identity has it. */
export interface HeldPolicy {
  readonly name: string;
  /** Of a managed policy. */
  readonly arn?: string;
  readonly document: string;
  /** Whose it is: the identity itself, or a group that it is in. */
  readonly owner: Identity;
  readonly ownerKind: "user" | "group" | "role";
}

/** All policies that an entity's rights come from, those of a user's groups among them. */
export const heldPolicies = async (transaction: ReadTransaction, entity: Entity): Promise<readonly HeldPolicy[]> => {
  if (entity.kind === "policy") return [];
  const held = [...(await ownPolicies(transaction, entity.record, entity.kind))];
  if (entity.kind === "user") {
    for (const group of await groupsOfUser(transaction, entity.record)) {
      held.push(...(await ownPolicies(transaction, group, "group")));
    }
  }
  return held;
};

const ownPolicies = async (
  transaction: ReadTransaction,
  owner: Identity,
  ownerKind: HeldPolicy["ownerKind"],
): Promise<readonly HeldPolicy[]> => {
  const held: HeldPolicy[] = Object.entries(owner.inlinePolicies).map(([name, document]) => ({
    name,
    document,
    owner,
    ownerKind,
  }));
  for (const arn of owner.attachedPolicyArns) {
    const policy = await findPolicy(transaction, owner.accountId, arn);
    if (policy === undefined) continue;
    held.push({ name: policy.policyName, arn, document: defaultDocument(policy), owner, ownerKind });
  }
  return held;
};

/** The ARNs of the users and roles whose calls count as an entity's. */
export const callersOf = async (transaction: ReadTransaction, entity: Entity): Promise<ReadonlySet<string>> => {
  switch (entity.kind) {
    case "user":
    case "role":
      return new Set([entity.record.arn]);
    case "group":
      return new Set((await usersOfGroup(transaction, entity.record)).map(({ arn }) => arn));
    case "policy": {
      const { users, roles, groups } = await attachmentsOf(transaction, entity.record.accountId, entity.record.arn);
      const members = await Promise.all(groups.map((group) => usersOfGroup(transaction, group)));
      return new Set([...users, ...roles, ...members.flat()].map(({ arn }) => arn));
    }
  }
};

/** How an answer names a user or role; also one that is gone since. */
export const entityInfo = async (transaction: ReadTransaction, accountId: string, arn: string): Promise<EntityInfo> => {
  const entity = await findEntity(transaction, accountId, arn);
  const Name = nameOfArn(arn);
  if (entity?.kind === "user") {
    const { record } = entity;
    return { Arn: arn, Name, Type: "USER", Id: record.userId, Path: record.path };
  }
  if (entity?.kind === "role") {
    const { record } = entity;
    return { Arn: arn, Name, Type: "ROLE", Id: record.roleId, Path: record.path };
  }
  return { Arn: arn, Name, Type: arn.includes(":role/") ? "ROLE" : "USER", Id: "", Path: "/" };
};
