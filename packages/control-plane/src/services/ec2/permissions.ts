import type { Call } from "../../gateway/call.ts";
import { type Authorisation, permission, type RequiredPermission } from "../../gateway/operation.ts";
import { createTagsPermission, type Ec2Dependencies, ec2Arn, scopeOfCall } from "./dependencies.ts";
import { findDefaultVpcId, findSecurityGroupByName } from "./repository.ts";
import { arnOfTaggable } from "./taggable-resources.ts";

interface GroupNamed {
  readonly GroupId?: string | undefined;
  readonly GroupName?: string | undefined;
}

/** A group that is named by its name is checked as what it is: a name must not lead past a policy on the id. */
const groupIdOf = async (input: GroupNamed, call: Call, { store }: Ec2Dependencies): Promise<string> => {
  const { GroupId: id, GroupName: name } = input;
  if (id !== undefined || name === undefined) return id ?? "*";
  return store.read(async (transaction) => {
    const vpcId = await findDefaultVpcId(transaction, scopeOfCall(call));
    const group = vpcId === undefined ? undefined : await findSecurityGroupByName(transaction, vpcId, name);
    return group?.id ?? "*";
  });
};

const onGroup = async (
  action: string,
  input: GroupNamed,
  call: Call,
  dependencies: Ec2Dependencies,
): Promise<RequiredPermission> => ({
  action,
  resources: [ec2Arn(scopeOfCall(call), "security-group", await groupIdOf(input, call, dependencies))],
});

/** An action on the security group that the input names. */
export const onSecurityGroup = (action: string): Authorisation<GroupNamed, Ec2Dependencies> => ({
  kind: "permissions",
  permissions: async (input, call, dependencies) => [await onGroup(action, input, call, dependencies)],
});

type TagSpecifications = Parameters<typeof createTagsPermission>[2];

/** New rules in the security group that the input names, with tags of their own. */
export const onNewRules = (
  operation: string,
): Authorisation<GroupNamed & { readonly TagSpecifications?: TagSpecifications }, Ec2Dependencies> => ({
  kind: "permissions",
  permissions: async (input, call, dependencies) => [
    await onGroup(`ec2:${operation}`, input, call, dependencies),
    ...createTagsPermission(ec2Arn(scopeOfCall(call), "security-group-rule", "*"), operation, input.TagSpecifications),
  ],
});

/** An action on the resources that ids of the input name, by the kinds that the ids' prefixes tell. */
export const onIds = <Input>(
  operation: string,
  ids: (input: Input) => readonly (string | undefined)[],
): Authorisation<Input, Ec2Dependencies> =>
  permission(`ec2:${operation}`, (input, call) => {
    const named = ids(input).filter((id) => id !== undefined);
    return named.length === 0 ? ["*"] : named.map((id) => arnOfTaggable(scopeOfCall(call), id));
  });

/** The permissions of a new resource, for operations that need others beside. */
export const permissionsOnNew = (
  call: Call,
  operation: string,
  resourceType: string,
  ids: readonly (string | undefined)[],
  specifications: TagSpecifications,
): readonly RequiredPermission[] => {
  const scope = scopeOfCall(call);
  const made = ec2Arn(scope, resourceType, "*");
  const named = ids.filter((id) => id !== undefined);
  return [
    { action: `ec2:${operation}`, resources: [made, ...named.map((id) => arnOfTaggable(scope, id))] },
    ...createTagsPermission(made, operation, specifications),
  ];
};

/** A new resource, with tags of its own, and what it is made in or of. */
export const onNew = <Input extends { readonly TagSpecifications?: TagSpecifications }>(
  operation: string,
  resourceType: string,
  ids: (input: Input) => readonly (string | undefined)[] = () => [],
): Authorisation<Input, Ec2Dependencies> => ({
  kind: "permissions",
  permissions: (input, call) => permissionsOnNew(call, operation, resourceType, ids(input), input.TagSpecifications),
});

/** Reading is allowed on everything or nothing. */
export const onEverything = (operation: string): Authorisation<unknown, Ec2Dependencies> =>
  permission(`ec2:${operation}`, () => ["*"]);
