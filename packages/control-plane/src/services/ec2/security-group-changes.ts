import { newEc2Id, type SecurityGroupId } from "@fleetless/kernel";
import type { ReadTransaction, Transaction } from "../../state/store.ts";
import {
  keyInVpc,
  type RulePeer,
  type SecurityGroupRecord,
  type SecurityGroupRule,
  securityGroupGuards,
  securityGroups,
  type Tags,
} from "./collections.ts";
import {
  malformedGroupId,
  missingParameter,
  notSupported,
  permissionDuplicate,
  permissionNotFound,
  securityGroupNameNotFound,
  securityGroupNotFound,
  securityGroupRuleNotFound,
  tooManyRules,
  vpcNotSpecified,
} from "./errors.ts";
import { requirePrefixList } from "./prefix-lists.ts";
import {
  activePeeringBetween,
  findDefaultVpcId,
  findSecurityGroup,
  findSecurityGroupByName,
  findVpc,
  type Scope,
} from "./repository.ts";
import {
  type GroupReference,
  type RequestedRule,
  readDescription,
  ruleIdentity,
  ruleInWords,
} from "./security-group-permissions.ts";

/** AWS's highest quota: rules of one direction in one group. */
const maximumRules = 1000;

/** The group of a request, by id or, in the default VPC, by name. Throws InvalidGroup.NotFound. */
export const requireSecurityGroup = async (
  transaction: ReadTransaction,
  scope: Scope,
  named: { readonly GroupId?: string | undefined; readonly GroupName?: string | undefined },
): Promise<SecurityGroupRecord> => {
  if (named.GroupId !== undefined) {
    if (!named.GroupId.startsWith("sg-")) throw malformedGroupId(named.GroupId);
    const group = await findSecurityGroup(transaction, named.GroupId);
    if (group === undefined || group.accountId !== scope.accountId || group.region !== scope.region) {
      throw securityGroupNotFound(named.GroupId);
    }
    return group;
  }
  if (named.GroupName === undefined) throw missingParameter("groupName or groupId");
  const vpcId = await findDefaultVpcId(transaction, scope);
  if (vpcId === undefined) throw vpcNotSpecified();
  const group = await findSecurityGroupByName(transaction, vpcId, named.GroupName);
  if (group === undefined) throw securityGroupNameNotFound(named.GroupName, vpcId);
  return group;
};
/** The group as a rule's peer: in the rule's own VPC, or in one with which it is peered. */
const resolveReference = async (
  transaction: ReadTransaction,
  holder: SecurityGroupRecord,
  reference: GroupReference,
): Promise<RulePeer> => {
  if (reference.userId !== undefined && reference.userId !== holder.accountId) {
    throw notSupported("A security group of another account");
  }
  if (reference.groupId === undefined) {
    const name = reference.groupName ?? "";
    const named = await findSecurityGroupByName(transaction, holder.vpcId, name);
    if (named === undefined) throw securityGroupNameNotFound(name, holder.vpcId);
    return { kind: "group", groupId: named.id };
  }
  const found = await findSecurityGroup(transaction, reference.groupId);
  if (found === undefined) throw securityGroupNotFound(reference.groupId);
  if (found.vpcId === holder.vpcId) return { kind: "group", groupId: found.id };
  const peering = await activePeeringBetween(transaction, holder.vpcId, found.vpcId);
  if (peering === undefined) throw securityGroupNotFound(reference.groupId);
  return { kind: "group", groupId: found.id, peered: { vpcId: found.vpcId, peeringId: peering.id } };
};

/** A requested rule whose group was looked up. */
export type ResolvedRule = Omit<RequestedRule, "peer"> & { readonly peer: RulePeer };

export const resolveRules = async (
  transaction: ReadTransaction,
  holder: SecurityGroupRecord,
  requested: readonly RequestedRule[],
): Promise<readonly ResolvedRule[]> => {
  const resolved: ResolvedRule[] = [];
  for (const rule of requested) {
    if (rule.peer.kind === "prefix-list") await requirePrefixList(transaction, holder, rule.peer.prefixListId);
    const peer: RulePeer =
      rule.peer.kind === "group" ? await resolveReference(transaction, holder, rule.peer.group) : rule.peer;
    resolved.push({ ...rule, peer });
  }
  return resolved;
};

/** Makes a deletion of the group that runs at the same time start over, and see who began to use it. */
export const guardSecurityGroup = async (transaction: Transaction, id: SecurityGroupId): Promise<void> => {
  const guard = await transaction.get(securityGroupGuards, id);
  transaction.put(securityGroupGuards, id, { uses: (guard?.uses ?? 0) + 1 });
};

/** Writes the group's rules after checking that no two are the same and that there are not too many. */
export const putRules = async (
  transaction: Transaction,
  group: SecurityGroupRecord,
  rules: readonly SecurityGroupRule[],
): Promise<void> => {
  for (const direction of ["ingress", "egress"] as const) {
    const ofDirection = rules.filter((rule) => rule.direction === direction);
    if (ofDirection.length > maximumRules) throw tooManyRules();
    const seen = new Set<string>();
    for (const rule of ofDirection) {
      const identity = ruleIdentity(rule);
      if (seen.has(identity)) throw permissionDuplicate(ruleInWords(rule));
      seen.add(identity);
    }
  }
  const before = new Set(group.rules);
  for (const rule of rules) {
    if (!before.has(rule) && rule.peer.kind === "group") await guardSecurityGroup(transaction, rule.peer.groupId);
  }
  transaction.put(securityGroups, keyInVpc(group), { ...group, rules });
};

export const authoriseRules = async (
  transaction: Transaction,
  group: SecurityGroupRecord,
  direction: SecurityGroupRule["direction"],
  requested: readonly RequestedRule[],
  tags: Tags,
): Promise<readonly SecurityGroupRule[]> => {
  if (requested.length === 0) throw missingParameter("ipPermissions");
  const added = (await resolveRules(transaction, group, requested)).map(
    ({ description, ...rule }): SecurityGroupRule => ({
      id: newEc2Id("sgr"),
      direction,
      ...rule,
      ...(description === undefined ? {} : { description }),
      tags,
    }),
  );
  await putRules(transaction, group, [...group.rules, ...added]);
  return added;
};

/** The rules of one direction that ids name. Throws InvalidSecurityGroupRuleId.NotFound. */
export const rulesWithIds = (
  group: SecurityGroupRecord,
  direction: SecurityGroupRule["direction"] | undefined,
  ids: readonly string[],
): readonly SecurityGroupRule[] =>
  ids.map((id) => {
    const rule = group.rules.find(
      (candidate) => candidate.id === id && (direction === undefined || candidate.direction === direction),
    );
    if (rule === undefined) throw securityGroupRuleNotFound(id);
    return rule;
  });

/** What permissions describe: the group's rules of one direction, and what it has no rule for. */
const matchRules = async (
  transaction: ReadTransaction,
  group: SecurityGroupRecord,
  direction: SecurityGroupRule["direction"],
  requested: readonly RequestedRule[],
): Promise<{ readonly rules: readonly SecurityGroupRule[]; readonly unknown: readonly ResolvedRule[] }> => {
  const rules: SecurityGroupRule[] = [];
  const unknown: ResolvedRule[] = [];
  for (const described of await resolveRules(transaction, group, requested)) {
    const rule = group.rules.find(
      (candidate) => candidate.direction === direction && ruleIdentity(candidate) === ruleIdentity(described),
    );
    if (rule === undefined) unknown.push(described);
    else rules.push(rule);
  }
  return { rules, unknown };
};

export const revokeRules = (
  transaction: Transaction,
  group: SecurityGroupRecord,
  revoked: readonly SecurityGroupRule[],
): void => {
  const gone = new Set(revoked);
  transaction.put(securityGroups, keyInVpc(group), {
    ...group,
    rules: group.rules.filter((rule) => !gone.has(rule)),
  });
};

/**
 * The rules that a call names by ids, by what they say, or both. What the default VPC's groups have no rule for is
 * only told; in another VPC it is InvalidPermission.NotFound.
 */
export const rulesNamed = async (
  transaction: ReadTransaction,
  group: SecurityGroupRecord,
  direction: SecurityGroupRule["direction"],
  ids: readonly string[],
  requested: readonly RequestedRule[],
): ReturnType<typeof matchRules> => {
  if (ids.length === 0 && requested.length === 0) throw missingParameter("ipPermissions or securityGroupRuleIds");
  const { rules, unknown } = await matchRules(transaction, group, direction, requested);
  if (unknown.length > 0 && (await findVpc(transaction, group.vpcId))?.isDefault !== true) throw permissionNotFound();
  return { rules: [...new Set([...rulesWithIds(group, direction, ids), ...rules])], unknown };
};

/** Gives rules new descriptions; an empty one takes the description away. */
export const describeRules = async (
  transaction: Transaction,
  group: SecurityGroupRecord,
  direction: SecurityGroupRule["direction"],
  requested: readonly RequestedRule[],
  byId: readonly { readonly SecurityGroupRuleId?: string | undefined; readonly Description?: string | undefined }[],
): Promise<void> => {
  if (byId.length === 0 && requested.length === 0)
    throw missingParameter("ipPermissions or securityGroupRuleDescriptions");
  const descriptions = new Map<SecurityGroupRule, string | undefined>();
  for (const { SecurityGroupRuleId: id = "", Description: description } of byId) {
    for (const rule of rulesWithIds(group, direction, [id])) descriptions.set(rule, readDescription(description));
  }
  const { rules: matching, unknown } = await matchRules(transaction, group, direction, requested);
  if (unknown.length > 0) throw permissionNotFound();
  for (const [index, rule] of matching.entries()) descriptions.set(rule, requested[index]?.description);
  const rules = group.rules.map((rule) => {
    if (!descriptions.has(rule)) return rule;
    const { description: _old, ...rest } = rule;
    const description = descriptions.get(rule);
    return description === undefined ? rest : { ...rest, description };
  });
  transaction.put(securityGroups, keyInVpc(group), { ...group, rules });
};
