import { defineError } from "@fleetless/kernel";

export * from "./limit-errors.ts";
export * from "./not-found-errors.ts";

export const vpnGatewayAttachmentLimit = defineError(
  "VpnGatewayAttachmentLimitExceeded",
  400,
  (gatewayId: string, vpcId: string) => `The vpnGateway ID '${gatewayId}' is attached to the VPC '${vpcId}' already.`,
);
export const incorrectState = defineError("IncorrectState", 400, (message: string) => message);
export const networkAclEntryExists = defineError(
  "NetworkAclEntryAlreadyExists",
  400,
  (ruleNumber: number) => `The network acl entry identified by ${ruleNumber} already exists.`,
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
export const tooManyRules = defineError(
  "RulesPerSecurityGroupLimitExceeded",
  400,
  () => "The maximum number of rules per security group has been reached.",
);
export const invalidParameterValue = defineError("InvalidParameterValue", 400, (message: string) => message);
export const filterLimitExceeded = defineError(
  "FilterLimitExceeded",
  400,
  (limit: number) => `The maximum number of filter values specified on a single call is ${limit}`,
);
export const invalidParameterCombination = defineError(
  "InvalidParameterCombination",
  400,
  (message: string) => message,
);
/** `what` is a whole subject and verb, such as `A private IPv4 address cannot be had`. */
export const ipv6OnlySubnet = defineError(
  "InvalidParameterCombination",
  400,
  (what: string, subnetId: string) => `${what} in ${subnetId}, which is an IPv6-only subnet.`,
);
export const eitherMissing = defineError(
  "MissingParameter",
  400,
  (one: string, other: string) => `Either '${one}' or '${other}' should be provided.`,
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
export const invalidVpcRange = defineError("InvalidVpc.Range", 400, (cidr: string) => `The CIDR '${cidr}' is invalid.`);
export const vpcRangeConflict = defineError(
  "InvalidVpc.Conflict",
  400,
  (cidr: string) => `The CIDR '${cidr}' conflicts with one of the CIDRs of the VPC.`,
);
export const invalidSubnetRange = defineError(
  "InvalidSubnet.Range",
  400,
  (cidr: string) => `The CIDR '${cidr}' is invalid.`,
);
export const subnetConflict = defineError(
  "InvalidSubnet.Conflict",
  400,
  (cidr: string) => `The CIDR '${cidr}' conflicts with another subnet`,
);
export const hasDependencies = defineError(
  "DependencyViolation",
  400,
  (noun: string, id: string) => `The ${noun} '${id}' has dependencies and cannot be deleted.`,
);
export const dependencyIn = defineError("DependencyViolation", 400, (message: string) => message);
export const defaultVpcExists = defineError(
  "DefaultVpcAlreadyExists",
  400,
  () => "A Default VPC already exists for this account in this region.",
);
export const defaultSubnetExists = defineError(
  "DefaultSubnetAlreadyExistsInAvailabilityZone",
  400,
  (id: string) => `'${id}' is already the default subnet in this Availability Zone.`,
);
export const alreadyAssociated = defineError("Resource.AlreadyAssociated", 400, (message: string) => message);
export const gatewayNotAttached = defineError("Gateway.NotAttached", 400, (message: string) => message);
export const routeExists = defineError(
  "RouteAlreadyExists",
  400,
  (destination: string) => `The route identified by ${destination} already exists.`,
);
export const addressInUse = defineError(
  "InvalidIPAddress.InUse",
  400,
  (address: string) => `Address ${address} is in use.`,
);
export const operationNotPermitted = defineError("OperationNotPermitted", 400, (message: string) => message);
export const idempotentMismatch = defineError(
  "IdempotentParameterMismatch",
  400,
  () => "The client token has been used before with other parameters.",
);
export const cidrInUse = defineError(
  "InvalidCidrBlock.InUse",
  400,
  (cidr: string, associationId: string) =>
    `The vpc CIDR block ${cidr} (${associationId}) is in use by one of the VPC's subnets.`,
);
export const interfaceInUse = defineError(
  "InvalidParameterValue",
  400,
  (id: string) => `Network interface '${id}' is currently in use.`,
);
export const peeringExists = defineError(
  "VpcPeeringConnectionAlreadyExists",
  400,
  (id: string) => `A VPC peering connection (${id}) already exists for these VPCs.`,
);
export const wrongPeeringState = defineError(
  "InvalidStateTransition",
  400,
  (id: string, status: string, wanted: string) =>
    `Invalid state transition for ${id}, attempted to transition from ${status} to ${wanted}`,
);
export const overlappingPeers = defineError(
  "OperationNotPermitted",
  400,
  (vpcId: string, peerVpcId: string) =>
    `The VPCs ${vpcId} and ${peerVpcId} have overlapping CIDR blocks and cannot be peered.`,
);
export const duplicateSubnetsInZone = defineError(
  "DuplicateSubnetsInSameZone",
  400,
  (zone: string) => `Found another VPC endpoint subnet in the availability zone of ${zone}.`,
);
export const invalidParameter = defineError("InvalidParameter", 400, (message: string) => message);
export const prefixListVersionMismatch = defineError(
  "PrefixListVersionMismatch",
  400,
  (id: string, version: number) => `The prefix list ${id} has the version ${version}: the given one is not current.`,
);
export const prefixListFull = defineError(
  "PrefixListMaxEntriesExceeded",
  400,
  (id: string, limit: number) => `The prefix list ${id} has room for ${limit} entries.`,
);
export const prefixListInUse = defineError(
  "DependencyViolation",
  400,
  (id: string) => `The prefix list '${id}' is in use and cannot be deleted.`,
);
export const flowLogExists = defineError(
  "FlowLogAlreadyExists",
  400,
  () => "Error. There is an existing Flow Log with the same configuration and log destination.",
);
export const analysisExists = defineError(
  "AnalysisExistsForNetworkInsightsPath",
  400,
  (id: string) => `The network insights path ${id} has analyses, which must be deleted first.`,
);
