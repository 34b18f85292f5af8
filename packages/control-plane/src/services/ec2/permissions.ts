import type { Call } from "../../gateway/call.ts";
import type { Authorisation, RequiredPermission } from "../../gateway/operation.ts";
import { createTagsPermission, type Ec2Dependencies, ec2Arn, scopeOfCall } from "./dependencies.ts";
import { findDefaultVpcId, findSecurityGroupByName } from "./repository.ts";

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
