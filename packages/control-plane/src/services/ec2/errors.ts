import { defineError } from "@fleetless/kernel";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html */
const notFound = (code: string, noun: string) =>
  defineError(code, 400, (id: string) => `The ${noun} '${id}' does not exist`);

export const subnetNotFound = notFound("InvalidSubnetID.NotFound", "subnet ID");
export const securityGroupNotFound = notFound("InvalidGroup.NotFound", "security group");
export const vpcNotFound = notFound("InvalidVpcID.NotFound", "vpc ID");
export const networkInterfaceNotFound = notFound("InvalidNetworkInterfaceID.NotFound", "networkInterface ID");
export const internetGatewayNotFound = notFound("InvalidInternetGatewayID.NotFound", "internetGateway ID");
export const customerGatewayNotFound = notFound("InvalidCustomerGatewayID.NotFound", "customerGateway ID");
export const vpnGatewayNotFound = notFound("InvalidVpnGatewayID.NotFound", "vpnGateway ID");
export const vpnGatewayAttachmentNotFound = defineError(
  "InvalidVpnGatewayAttachment.NotFound",
  400,
  (gatewayId: string, vpcId: string) =>
    `The attachment with vpn gateway ID '${gatewayId}' and vpc ID '${vpcId}' does not exist`,
);
export const vpnGatewayAttachmentLimit = defineError(
  "VpnGatewayAttachmentLimitExceeded",
  400,
  (gatewayId: string, vpcId: string) => `The vpnGateway ID '${gatewayId}' is attached to the VPC '${vpcId}' already.`,
);
export const incorrectState = defineError("IncorrectState", 400, (message: string) => message);
export const exclusionNotFound = notFound(
  "InvalidVpcBlockPublicAccessExclusionId.NotFound",
  "vpc block public access exclusion ID",
);
export const routeTableNotFound = notFound("InvalidRouteTableID.NotFound", "routeTable ID");
export const networkAclNotFound = notFound("InvalidNetworkAclID.NotFound", "networkAcl ID");
export const securityGroupRuleNotFound = notFound("InvalidSecurityGroupRuleId.NotFound", "security group rule ID");
export const dhcpOptionsNotFound = notFound("InvalidDhcpOptionID.NotFound", "dhcpOption ID");
export const egressOnlyInternetGatewayNotFound = notFound("InvalidGatewayID.NotFound", "eigw ID");
export const allocationNotFound = notFound("InvalidAllocationID.NotFound", "allocation ID");
export const associationNotFound = notFound("InvalidAssociationID.NotFound", "association ID");
export const publicAddressNotFound = defineError(
  "InvalidAddress.NotFound",
  400,
  (address: string) => `Address '${address}' not found.`,
);
export const natGatewayNotFound = defineError(
  "NatGatewayNotFound",
  400,
  (id: string) => `The Nat Gateway ${id} was not found`,
);
export const natGatewayIdNotFound = notFound("InvalidNatGatewayID.NotFound", "natGateway ID");
export const cidrAssociationNotFound = defineError(
  "InvalidVpcCidrBlockAssociationID.NotFound",
  400,
  (id: string) => `The vpc CIDR block association ID '${id}' does not exist`,
);
export const subnetCidrAssociationNotFound = defineError(
  "InvalidSubnetCidrBlockAssociationID.NotFound",
  400,
  (id: string) => `The subnet CIDR block association ID '${id}' does not exist`,
);
export const networkAclEntryNotFound = defineError(
  "InvalidNetworkAclEntry.NotFound",
  400,
  (aclId: string, direction: string, ruleNumber: number) =>
    `The specified network acl entry for network acl ${aclId} with ${direction} direction and rule number ${ruleNumber} could not be found.`,
);
export const networkAclEntryExists = defineError(
  "NetworkAclEntryAlreadyExists",
  400,
  (ruleNumber: number) => `The network acl entry identified by ${ruleNumber} already exists.`,
);
export const vpcPeeringNotFound = notFound("InvalidVpcPeeringConnectionID.NotFound", "vpcPeeringConnection ID");
export const vpcEndpointNotFound = defineError(
  "InvalidVpcEndpointId.NotFound",
  400,
  (id: string) => `The Vpc Endpoint Id '${id}' does not exist`,
);
export const endpointServiceNotFound = defineError(
  "InvalidServiceName",
  400,
  (name: string) => `The Vpc Endpoint Service '${name}' does not exist`,
);
export const prefixListNotFound = notFound("InvalidPrefixListID.NotFound", "prefix list ID");
export const flowLogNotFound = notFound("InvalidFlowLogId.NotFound", "flow log ID");

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
const limitExceeded = (noun: string, code: string) =>
  defineError(code, 400, () => `The maximum number of ${noun} has been reached.`);
export const tooManyVpcs = limitExceeded("VPCs", "VpcLimitExceeded");
export const tooManyAddresses = limitExceeded("addresses", "AddressLimitExceeded");
export const tooManySubnets = limitExceeded("subnets", "SubnetLimitExceeded");
export const tooManyRoutes = limitExceeded("routes", "RouteLimitExceeded");
export const tooManyRouteTables = limitExceeded("route tables", "RouteTableLimitExceeded");
export const tooManySecurityGroups = limitExceeded("security groups", "SecurityGroupLimitExceeded");
export const tooManyAclEntries = limitExceeded("network acl entries", "NetworkAclEntryLimitExceeded");
export const tooManyAcls = limitExceeded("network acls", "NetworkAclLimitExceeded");
export const tooManyNatGateways = limitExceeded("NAT Gateways", "NatGatewayLimitExceeded");
export const tooManyGateways = limitExceeded("internet gateways", "InternetGatewayLimitExceeded");
export const tooManyCustomerGateways = limitExceeded("customer gateways", "CustomerGatewayLimitExceeded");
export const tooManyVpnGateways = limitExceeded("virtual private gateways", "VpnGatewayLimitExceeded");
export const tooManyExclusions = limitExceeded(
  "VPC block public access exclusions",
  "VpcBlockPublicAccessExclusionLimitExceeded",
);
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
export const routeNotFound = defineError(
  "InvalidRoute.NotFound",
  400,
  (destination: string, tableId: string) =>
    `no route with destination-cidr-block ${destination} in route table ${tableId}`,
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
export const tooManyBlocks = limitExceeded("CIDR blocks of the VPC", "CidrLimitExceeded");
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
export const insightsPathNotFound = notFound("InvalidNetworkInsightsPathId.NotFound", "network insights path ID");
export const insightsAnalysisNotFound = notFound(
  "InvalidNetworkInsightsAnalysisId.NotFound",
  "network insights analysis ID",
);
export const analysisExists = defineError(
  "AnalysisExistsForNetworkInsightsPath",
  400,
  (id: string) => `The network insights path ${id} has analyses, which must be deleted first.`,
);
