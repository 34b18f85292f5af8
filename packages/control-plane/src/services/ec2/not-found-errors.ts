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
export const permissionNotFound = defineError(
  "InvalidPermission.NotFound",
  400,
  () => "The specified rule does not exist in this security group.",
);
export const routeNotFound = defineError(
  "InvalidRoute.NotFound",
  400,
  (destination: string, tableId: string) =>
    `no route with destination-cidr-block ${destination} in route table ${tableId}`,
);
export const insightsPathNotFound = notFound("InvalidNetworkInsightsPathId.NotFound", "network insights path ID");
export const insightsAnalysisNotFound = notFound(
  "InvalidNetworkInsightsAnalysisId.NotFound",
  "network insights analysis ID",
);
