import type { CreateSecurityGroupRequest, CreateSecurityGroupResult } from "@aws-sdk/client-ec2";
import { newEc2Id, securityGroupId } from "@fleetless/kernel";
import { defineOperation } from "../../../gateway/operation.ts";
import { keyInVpc, type SecurityGroupRecord, securityGroupNames, securityGroups } from "../collections.ts";
import { createTagsPermission, type Ec2Dependencies, ec2Arn, scopeOfCall } from "../dependencies.ts";
import {
  invalidParameterValue,
  missingParameter,
  securityGroupDuplicate,
  tooManySecurityGroups,
  vpcNotFound,
  vpcNotSpecified,
} from "../errors.ts";
import { guardVpc } from "../ownership.ts";
import { findDefaultVpcId, findSecurityGroupByName, findVpc, securityGroupsInVpc } from "../repository.ts";
import { readTagSpecifications, tagsView } from "../tags.ts";
import { allowAllEgress } from "../vpc-creation.ts";

/** AWS's default quota of groups in one region, here in one VPC. */
const maximumGroups = 2500;

const allowed = /^[a-zA-Z0-9. _\-:/()#,@[\]+=&;{}!$*]{1,255}$/;

const checkText = (value: string | undefined, name: "groupName" | "groupDescription"): string => {
  if (value === undefined || value === "") throw missingParameter(name);
  if (!allowed.test(value)) {
    throw invalidParameterValue(
      `Value (${value.slice(0, 300)}) for parameter ${name === "groupName" ? "GroupName" : "GroupDescription"} is invalid. Character sets beyond ASCII are not supported.`,
    );
  }
  return value;
};

export const createSecurityGroup = defineOperation<
  Ec2Dependencies,
  CreateSecurityGroupRequest,
  CreateSecurityGroupResult
>({
  authorise: {
    kind: "permissions",
    permissions: async (input, call, { store }) => {
      const scope = scopeOfCall(call);
      const vpcId = input.VpcId ?? (await store.read((transaction) => findDefaultVpcId(transaction, scope)));
      const group = ec2Arn(scope, "security-group", "*");
      return [
        {
          action: "ec2:CreateSecurityGroup",
          resources: [group, ...(vpcId === undefined ? [] : [ec2Arn(scope, "vpc", vpcId)])],
        },
        ...createTagsPermission(group, "CreateSecurityGroup", input.TagSpecifications),
      ];
    },
  },
  handle: async (input, call, { store }) => {
    const name = checkText(input.GroupName, "groupName");
    const description = checkText(input.Description, "groupDescription");
    if (name.startsWith("sg-")) {
      throw invalidParameterValue(
        `invalid value for parameter groupName: ${name}; group names may not be in the format sg-*`,
      );
    }
    if (name === "default") throw invalidParameterValue("Cannot use reserved security group name: default");
    const tags = readTagSpecifications(input.TagSpecifications, "security-group");
    const scope = scopeOfCall(call);
    return store.transaction(async (transaction) => {
      const vpcId = input.VpcId ?? (await findDefaultVpcId(transaction, scope));
      if (vpcId === undefined) throw vpcNotSpecified();
      const vpc = await findVpc(transaction, vpcId);
      if (vpc === undefined || vpc.accountId !== scope.accountId || vpc.region !== scope.region)
        throw vpcNotFound(vpcId);
      if ((await findSecurityGroupByName(transaction, vpc.id, name)) !== undefined) {
        throw securityGroupDuplicate(name, vpc.id);
      }
      await guardVpc(transaction, vpc.id);
      if ((await securityGroupsInVpc(transaction, vpc.id)).length >= maximumGroups) {
        throw tooManySecurityGroups();
      }
      const group: SecurityGroupRecord = {
        ...scope,
        id: securityGroupId(newEc2Id("sg")),
        vpcId: vpc.id,
        name,
        description,
        rules: allowAllEgress(vpc),
        tags,
      };
      transaction.put(securityGroupNames, `${vpc.id}/${name}`, { id: group.id });
      transaction.insert(securityGroups, keyInVpc(group), group);
      return {
        GroupId: group.id,
        SecurityGroupArn: ec2Arn(group, "security-group", group.id),
        Tags: tagsView(tags),
      };
    });
  },
});
