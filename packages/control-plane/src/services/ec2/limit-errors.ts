import { defineError } from "@fleetless/kernel";

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
export const tooManyBlocks = limitExceeded("CIDR blocks of the VPC", "CidrLimitExceeded");
