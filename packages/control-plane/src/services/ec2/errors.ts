import { defineError } from "@fleetless/kernel";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html */
const notFound = (code: string, noun: string) =>
  defineError(code, 400, (id: string) => `The ${noun} '${id}' does not exist`);

export const subnetNotFound = notFound("InvalidSubnetID.NotFound", "subnet ID");
export const securityGroupNotFound = notFound("InvalidGroup.NotFound", "security group");
export const vpcNotFound = notFound("InvalidVpcID.NotFound", "vpc ID");
export const networkInterfaceNotFound = notFound("InvalidNetworkInterfaceID.NotFound", "networkInterface ID");
export const internetGatewayNotFound = notFound("InvalidInternetGatewayID.NotFound", "internetGateway ID");
export const routeTableNotFound = notFound("InvalidRouteTableID.NotFound", "routeTable ID");
export const networkAclNotFound = notFound("InvalidNetworkAclID.NotFound", "networkAcl ID");
export const securityGroupRuleNotFound = notFound("InvalidSecurityGroupRuleId.NotFound", "security group rule ID");
export const taggableNotFound = notFound("InvalidID", "ID");

export const securityGroupNameNotFound = defineError(
  "InvalidGroup.NotFound",
  400,
  (name: string, vpcId: string) => `The security group '${name}' does not exist in default VPC '${vpcId}'`,
);
export const securityGroupDuplicate = defineError(
  "InvalidGroup.Duplicate",
  400,
  (name: string, vpcId: string) => `The security group '${name}' already exists for VPC '${vpcId}'`,
);
export const groupOfOtherVpc = defineError(
  "InvalidParameter",
  400,
  (groupId: string, subnetId: string) =>
    `Security group ${groupId} and subnet ${subnetId} belong to different networks.`,
);
export const noFreeAddress = defineError(
  "InsufficientFreeAddressesInSubnet",
  400,
  (subnetId: string) =>
    `The specified subnet '${subnetId}' does not have enough free addresses to satisfy the request.`,
);
export const noFreePublicAddress = defineError(
  "InsufficientAddressCapacity",
  503,
  (pool: string) => `Not enough public addresses are left in the pool ${pool}.`,
);
export const dependencyViolation = defineError(
  "DependencyViolation",
  400,
  (resource: string) => `resource ${resource} has a dependent object`,
);
export const cannotDelete = defineError(
  "CannotDelete",
  400,
  (groupId: string) => `the specified group: "${groupId}" name: "default" cannot be deleted by a user`,
);
export const permissionDuplicate = defineError(
  "InvalidPermission.Duplicate",
  400,
  (rule: string) => `the specified rule "${rule}" already exists`,
);
export const permissionNotFound = defineError(
  "InvalidPermission.NotFound",
  400,
  () => "The specified rule does not exist in this security group.",
);
export const tooManyRules = defineError(
  "RulesPerSecurityGroupLimitExceeded",
  400,
  () => "The maximum number of rules per security group has been reached.",
);
export const invalidParameterValue = defineError("InvalidParameterValue", 400, (message: string) => message);
export const invalidParameterCombination = defineError(
  "InvalidParameterCombination",
  400,
  (message: string) => message,
);
export const missingParameter = defineError(
  "MissingParameter",
  400,
  (name: string) => `The request must contain the parameter ${name}`,
);
export const malformedGroupId = defineError(
  "InvalidGroupId.Malformed",
  400,
  (id: string) => `Invalid id: "${id}" (expecting "sg-...")`,
);
export const malformedId = defineError("InvalidID", 400, (id: string) => `The ID '${id}' is not valid`);
export const invalidNextToken = defineError("InvalidNextToken", 400, () => "The token is not valid.");
export const notSupported = defineError(
  "UnsupportedOperation",
  400,
  (feature: string) => `${feature} is not supported by Fleetless yet.`,
);
export const dryRun = defineError(
  "DryRunOperation",
  412,
  () => "Request would have succeeded, but DryRun flag is set.",
);
export const tooManyTags = defineError(
  "TagLimitExceeded",
  400,
  () => "You have reached the maximum number of tags on the resource (50).",
);
export const tooManyGroups = defineError(
  "SecurityGroupsPerInterfaceLimitExceeded",
  400,
  (limit: number) =>
    `You have exceeded the maximum number of security groups allowed per network interface (${limit}).`,
);
export const vpcNotSpecified = defineError("VPCIdNotSpecified", 400, () => "No default VPC for this user");
