import type { OperationsOf } from "../../gateway/bind-operations.ts";
import type { Ec2Dependencies } from "./dependencies.ts";
import { acceptVpcPeeringConnection } from "./handlers/accept-vpc-peering-connection.ts";
import { allocateAddress } from "./handlers/allocate-address.ts";
import { assignPrivateIpAddresses } from "./handlers/assign-private-ip-addresses.ts";
import { associateAddress } from "./handlers/associate-address.ts";
import { associateDhcpOptions } from "./handlers/associate-dhcp-options.ts";
import { associateRouteTable } from "./handlers/associate-route-table.ts";
import { associateSubnetCidrBlock } from "./handlers/associate-subnet-cidr-block.ts";
import { associateVpcCidrBlock } from "./handlers/associate-vpc-cidr-block.ts";
import { attachInternetGateway } from "./handlers/attach-internet-gateway.ts";
import { attachNetworkInterface } from "./handlers/attach-network-interface.ts";
import { attachVpnGateway } from "./handlers/attach-vpn-gateway.ts";
import { authorizeSecurityGroupEgress } from "./handlers/authorize-security-group-egress.ts";
import { authorizeSecurityGroupIngress } from "./handlers/authorize-security-group-ingress.ts";
import { createCustomerGateway } from "./handlers/create-customer-gateway.ts";
import { createDefaultSubnet } from "./handlers/create-default-subnet.ts";
import { createDefaultVpc } from "./handlers/create-default-vpc.ts";
import { createDhcpOptions } from "./handlers/create-dhcp-options.ts";
import { createEgressOnlyInternetGateway } from "./handlers/create-egress-only-internet-gateway.ts";
import { createFlowLogs } from "./handlers/create-flow-logs.ts";
import { createInternetGateway } from "./handlers/create-internet-gateway.ts";
import { createManagedPrefixList } from "./handlers/create-managed-prefix-list.ts";
import { createNatGateway } from "./handlers/create-nat-gateway.ts";
import { createNetworkAcl } from "./handlers/create-network-acl.ts";
import { createNetworkAclEntry } from "./handlers/create-network-acl-entry.ts";
import { createNetworkInsightsPath } from "./handlers/create-network-insights-path.ts";
import { createNetworkInterface } from "./handlers/create-network-interface.ts";
import { createRoute } from "./handlers/create-route.ts";
import { createRouteTable } from "./handlers/create-route-table.ts";
import { createSecurityGroup } from "./handlers/create-security-group.ts";
import { createSubnet } from "./handlers/create-subnet.ts";
import { createTags } from "./handlers/create-tags.ts";
import { createVpc } from "./handlers/create-vpc.ts";
import { createVpcBlockPublicAccessExclusion } from "./handlers/create-vpc-block-public-access-exclusion.ts";
import { createVpcEndpoint } from "./handlers/create-vpc-endpoint.ts";
import { createVpcPeeringConnection } from "./handlers/create-vpc-peering-connection.ts";
import { createVpnGateway } from "./handlers/create-vpn-gateway.ts";
import { deleteCustomerGateway } from "./handlers/delete-customer-gateway.ts";
import { deleteDhcpOptions } from "./handlers/delete-dhcp-options.ts";
import { deleteEgressOnlyInternetGateway } from "./handlers/delete-egress-only-internet-gateway.ts";
import { deleteFlowLogs } from "./handlers/delete-flow-logs.ts";
import { deleteInternetGateway } from "./handlers/delete-internet-gateway.ts";
import { deleteManagedPrefixList } from "./handlers/delete-managed-prefix-list.ts";
import { deleteNatGateway } from "./handlers/delete-nat-gateway.ts";
import { deleteNetworkAcl } from "./handlers/delete-network-acl.ts";
import { deleteNetworkAclEntry } from "./handlers/delete-network-acl-entry.ts";
import { deleteNetworkInsightsAnalysis } from "./handlers/delete-network-insights-analysis.ts";
import { deleteNetworkInsightsPath } from "./handlers/delete-network-insights-path.ts";
import { deleteNetworkInterface } from "./handlers/delete-network-interface.ts";
import { deleteRoute } from "./handlers/delete-route.ts";
import { deleteRouteTable } from "./handlers/delete-route-table.ts";
import { deleteSecurityGroup } from "./handlers/delete-security-group.ts";
import { deleteSubnet } from "./handlers/delete-subnet.ts";
import { deleteTags } from "./handlers/delete-tags.ts";
import { deleteVpc } from "./handlers/delete-vpc.ts";
import { deleteVpcBlockPublicAccessExclusion } from "./handlers/delete-vpc-block-public-access-exclusion.ts";
import { deleteVpcEndpoints } from "./handlers/delete-vpc-endpoints.ts";
import { deleteVpcPeeringConnection } from "./handlers/delete-vpc-peering-connection.ts";
import { deleteVpnGateway } from "./handlers/delete-vpn-gateway.ts";
import { describeAccountAttributes } from "./handlers/describe-account-attributes.ts";
import { describeAddresses } from "./handlers/describe-addresses.ts";
import { describeAddressesAttribute } from "./handlers/describe-addresses-attribute.ts";
import { describeAvailabilityZones } from "./handlers/describe-availability-zones.ts";
import { describeCustomerGateways } from "./handlers/describe-customer-gateways.ts";
import { describeDhcpOptions } from "./handlers/describe-dhcp-options.ts";
import { describeEgressOnlyInternetGateways } from "./handlers/describe-egress-only-internet-gateways.ts";
import { describeFlowLogs } from "./handlers/describe-flow-logs.ts";
import { describeInternetGateways } from "./handlers/describe-internet-gateways.ts";
import { describeManagedPrefixLists } from "./handlers/describe-managed-prefix-lists.ts";
import { describeNatGateways } from "./handlers/describe-nat-gateways.ts";
import { describeNetworkAcls } from "./handlers/describe-network-acls.ts";
import { describeNetworkInsightsAnalyses } from "./handlers/describe-network-insights-analyses.ts";
import { describeNetworkInsightsPaths } from "./handlers/describe-network-insights-paths.ts";
import { describeNetworkInterfaceAttribute } from "./handlers/describe-network-interface-attribute.ts";
import { describeNetworkInterfaces } from "./handlers/describe-network-interfaces.ts";
import { describePrefixLists } from "./handlers/describe-prefix-lists.ts";
import { describeRegions } from "./handlers/describe-regions.ts";
import { describeRouteTables } from "./handlers/describe-route-tables.ts";
import { describeSecurityGroupReferences } from "./handlers/describe-security-group-references.ts";
import { describeSecurityGroupRules } from "./handlers/describe-security-group-rules.ts";
import { describeSecurityGroups } from "./handlers/describe-security-groups.ts";
import { describeStaleSecurityGroups } from "./handlers/describe-stale-security-groups.ts";
import { describeSubnets } from "./handlers/describe-subnets.ts";
import { describeTags } from "./handlers/describe-tags.ts";
import { describeVpcAttribute } from "./handlers/describe-vpc-attribute.ts";
import { describeVpcBlockPublicAccessExclusions } from "./handlers/describe-vpc-block-public-access-exclusions.ts";
import { describeVpcBlockPublicAccessOptions } from "./handlers/describe-vpc-block-public-access-options.ts";
import { describeVpcEndpointServices } from "./handlers/describe-vpc-endpoint-services.ts";
import { describeVpcEndpoints } from "./handlers/describe-vpc-endpoints.ts";
import { describeVpcPeeringConnections } from "./handlers/describe-vpc-peering-connections.ts";
import { describeVpcs } from "./handlers/describe-vpcs.ts";
import { describeVpnGateways } from "./handlers/describe-vpn-gateways.ts";
import { detachInternetGateway } from "./handlers/detach-internet-gateway.ts";
import { detachNetworkInterface } from "./handlers/detach-network-interface.ts";
import { detachVpnGateway } from "./handlers/detach-vpn-gateway.ts";
import { disableVgwRoutePropagation } from "./handlers/disable-vgw-route-propagation.ts";
import { disassociateAddress } from "./handlers/disassociate-address.ts";
import { disassociateRouteTable } from "./handlers/disassociate-route-table.ts";
import { disassociateSubnetCidrBlock } from "./handlers/disassociate-subnet-cidr-block.ts";
import { disassociateVpcCidrBlock } from "./handlers/disassociate-vpc-cidr-block.ts";
import { enableVgwRoutePropagation } from "./handlers/enable-vgw-route-propagation.ts";
import { getManagedPrefixListAssociations } from "./handlers/get-managed-prefix-list-associations.ts";
import { getManagedPrefixListEntries } from "./handlers/get-managed-prefix-list-entries.ts";
import { getSecurityGroupsForVpc } from "./handlers/get-security-groups-for-vpc.ts";
import { modifyManagedPrefixList } from "./handlers/modify-managed-prefix-list.ts";
import { modifyNetworkInterfaceAttribute } from "./handlers/modify-network-interface-attribute.ts";
import { modifySecurityGroupRules } from "./handlers/modify-security-group-rules.ts";
import { modifySubnetAttribute } from "./handlers/modify-subnet-attribute.ts";
import { modifyVpcAttribute } from "./handlers/modify-vpc-attribute.ts";
import { modifyVpcBlockPublicAccessExclusion } from "./handlers/modify-vpc-block-public-access-exclusion.ts";
import { modifyVpcBlockPublicAccessOptions } from "./handlers/modify-vpc-block-public-access-options.ts";
import { modifyVpcEndpoint } from "./handlers/modify-vpc-endpoint.ts";
import { modifyVpcPeeringConnectionOptions } from "./handlers/modify-vpc-peering-connection-options.ts";
import { rejectVpcPeeringConnection } from "./handlers/reject-vpc-peering-connection.ts";
import { releaseAddress } from "./handlers/release-address.ts";
import { replaceNetworkAclAssociation } from "./handlers/replace-network-acl-association.ts";
import { replaceNetworkAclEntry } from "./handlers/replace-network-acl-entry.ts";
import { replaceRoute } from "./handlers/replace-route.ts";
import { replaceRouteTableAssociation } from "./handlers/replace-route-table-association.ts";
import { resetNetworkInterfaceAttribute } from "./handlers/reset-network-interface-attribute.ts";
import { restoreManagedPrefixListVersion } from "./handlers/restore-managed-prefix-list-version.ts";
import { revokeSecurityGroupEgress } from "./handlers/revoke-security-group-egress.ts";
import { revokeSecurityGroupIngress } from "./handlers/revoke-security-group-ingress.ts";
import { startNetworkInsightsAnalysis } from "./handlers/start-network-insights-analysis.ts";
import { unassignPrivateIpAddresses } from "./handlers/unassign-private-ip-addresses.ts";
import { updateSecurityGroupRuleDescriptionsEgress } from "./handlers/update-security-group-rule-descriptions-egress.ts";
import { updateSecurityGroupRuleDescriptionsIngress } from "./handlers/update-security-group-rule-descriptions-ingress.ts";

const modelledOperations = {
  AcceptVpcPeeringConnection: acceptVpcPeeringConnection,
  AllocateAddress: allocateAddress,
  AssignPrivateIpAddresses: assignPrivateIpAddresses,
  AssociateAddress: associateAddress,
  AssociateDhcpOptions: associateDhcpOptions,
  AssociateRouteTable: associateRouteTable,
  AssociateSubnetCidrBlock: associateSubnetCidrBlock,
  AssociateVpcCidrBlock: associateVpcCidrBlock,
  AttachInternetGateway: attachInternetGateway,
  AttachNetworkInterface: attachNetworkInterface,
  AuthorizeSecurityGroupEgress: authorizeSecurityGroupEgress,
  AuthorizeSecurityGroupIngress: authorizeSecurityGroupIngress,
  CreateDefaultSubnet: createDefaultSubnet,
  CreateDefaultVpc: createDefaultVpc,
  CreateDhcpOptions: createDhcpOptions,
  CreateEgressOnlyInternetGateway: createEgressOnlyInternetGateway,
  CreateFlowLogs: createFlowLogs,
  CreateInternetGateway: createInternetGateway,
  CreateManagedPrefixList: createManagedPrefixList,
  CreateNatGateway: createNatGateway,
  CreateNetworkAclEntry: createNetworkAclEntry,
  CreateNetworkAcl: createNetworkAcl,
  CreateNetworkInsightsPath: createNetworkInsightsPath,
  CreateNetworkInterface: createNetworkInterface,
  CreateRouteTable: createRouteTable,
  CreateRoute: createRoute,
  CreateSecurityGroup: createSecurityGroup,
  CreateSubnet: createSubnet,
  CreateTags: createTags,
  CreateVpcPeeringConnection: createVpcPeeringConnection,
  CreateVpc: createVpc,
  DeleteDhcpOptions: deleteDhcpOptions,
  DeleteEgressOnlyInternetGateway: deleteEgressOnlyInternetGateway,
  DeleteFlowLogs: deleteFlowLogs,
  DeleteInternetGateway: deleteInternetGateway,
  DeleteManagedPrefixList: deleteManagedPrefixList,
  DeleteNatGateway: deleteNatGateway,
  DeleteNetworkAclEntry: deleteNetworkAclEntry,
  DeleteNetworkAcl: deleteNetworkAcl,
  DeleteNetworkInsightsAnalysis: deleteNetworkInsightsAnalysis,
  DeleteNetworkInsightsPath: deleteNetworkInsightsPath,
  DeleteNetworkInterface: deleteNetworkInterface,
  DeleteRouteTable: deleteRouteTable,
  DeleteRoute: deleteRoute,
  DeleteSecurityGroup: deleteSecurityGroup,
  DeleteSubnet: deleteSubnet,
  DeleteTags: deleteTags,
  DeleteVpcEndpoints: deleteVpcEndpoints,
  DeleteVpcPeeringConnection: deleteVpcPeeringConnection,
  DeleteVpc: deleteVpc,
  DescribeAccountAttributes: describeAccountAttributes,
  DescribeAddressesAttribute: describeAddressesAttribute,
  DescribeAddresses: describeAddresses,
  DescribeAvailabilityZones: describeAvailabilityZones,
  DescribeDhcpOptions: describeDhcpOptions,
  DescribeEgressOnlyInternetGateways: describeEgressOnlyInternetGateways,
  DescribeFlowLogs: describeFlowLogs,
  DescribeManagedPrefixLists: describeManagedPrefixLists,
  DescribeNatGateways: describeNatGateways,
  DescribeNetworkAcls: describeNetworkAcls,
  DescribeNetworkInsightsAnalyses: describeNetworkInsightsAnalyses,
  DescribeNetworkInsightsPaths: describeNetworkInsightsPaths,
  DescribeNetworkInterfaceAttribute: describeNetworkInterfaceAttribute,
  DescribeNetworkInterfaces: describeNetworkInterfaces,
  DescribePrefixLists: describePrefixLists,
  DescribeRegions: describeRegions,
  DescribeRouteTables: describeRouteTables,
  DescribeSecurityGroupReferences: describeSecurityGroupReferences,
  DescribeSecurityGroupRules: describeSecurityGroupRules,
  DescribeSecurityGroups: describeSecurityGroups,
  DescribeStaleSecurityGroups: describeStaleSecurityGroups,
  DescribeSubnets: describeSubnets,
  DescribeTags: describeTags,
  DescribeVpcAttribute: describeVpcAttribute,
  DescribeVpcEndpointServices: describeVpcEndpointServices,
  DescribeVpcPeeringConnections: describeVpcPeeringConnections,
  DescribeVpcs: describeVpcs,
  DetachInternetGateway: detachInternetGateway,
  DetachNetworkInterface: detachNetworkInterface,
  DisassociateAddress: disassociateAddress,
  DisassociateRouteTable: disassociateRouteTable,
  DisassociateSubnetCidrBlock: disassociateSubnetCidrBlock,
  DisassociateVpcCidrBlock: disassociateVpcCidrBlock,
  GetManagedPrefixListAssociations: getManagedPrefixListAssociations,
  GetManagedPrefixListEntries: getManagedPrefixListEntries,
  GetSecurityGroupsForVpc: getSecurityGroupsForVpc,
  ModifyManagedPrefixList: modifyManagedPrefixList,
  ModifyNetworkInterfaceAttribute: modifyNetworkInterfaceAttribute,
  ModifySecurityGroupRules: modifySecurityGroupRules,
  ModifySubnetAttribute: modifySubnetAttribute,
  ModifyVpcAttribute: modifyVpcAttribute,
  ModifyVpcEndpoint: modifyVpcEndpoint,
  ModifyVpcPeeringConnectionOptions: modifyVpcPeeringConnectionOptions,
  RejectVpcPeeringConnection: rejectVpcPeeringConnection,
  ReleaseAddress: releaseAddress,
  ReplaceNetworkAclAssociation: replaceNetworkAclAssociation,
  ReplaceNetworkAclEntry: replaceNetworkAclEntry,
  ReplaceRouteTableAssociation: replaceRouteTableAssociation,
  ReplaceRoute: replaceRoute,
  ResetNetworkInterfaceAttribute: resetNetworkInterfaceAttribute,
  RestoreManagedPrefixListVersion: restoreManagedPrefixListVersion,
  RevokeSecurityGroupEgress: revokeSecurityGroupEgress,
  RevokeSecurityGroupIngress: revokeSecurityGroupIngress,
  StartNetworkInsightsAnalysis: startNetworkInsightsAnalysis,
  UnassignPrivateIpAddresses: unassignPrivateIpAddresses,
  UpdateSecurityGroupRuleDescriptionsEgress: updateSecurityGroupRuleDescriptionsEgress,
  UpdateSecurityGroupRuleDescriptionsIngress: updateSecurityGroupRuleDescriptionsIngress,
  AttachVpnGateway: attachVpnGateway,
  CreateCustomerGateway: createCustomerGateway,
  CreateVpnGateway: createVpnGateway,
  DeleteCustomerGateway: deleteCustomerGateway,
  DeleteVpnGateway: deleteVpnGateway,
  DescribeCustomerGateways: describeCustomerGateways,
  DescribeVpnGateways: describeVpnGateways,
  DetachVpnGateway: detachVpnGateway,
  DisableVgwRoutePropagation: disableVgwRoutePropagation,
  EnableVgwRoutePropagation: enableVgwRoutePropagation,
  CreateVpcBlockPublicAccessExclusion: createVpcBlockPublicAccessExclusion,
  DeleteVpcBlockPublicAccessExclusion: deleteVpcBlockPublicAccessExclusion,
  DescribeVpcBlockPublicAccessExclusions: describeVpcBlockPublicAccessExclusions,
  DescribeVpcBlockPublicAccessOptions: describeVpcBlockPublicAccessOptions,
  ModifyVpcBlockPublicAccessExclusion: modifyVpcBlockPublicAccessExclusion,
  ModifyVpcBlockPublicAccessOptions: modifyVpcBlockPublicAccessOptions,
} satisfies OperationsOf<typeof import("@aws-sdk/client-ec2"), Ec2Dependencies>;

/** Every operation of EC2 that Fleetless answers; three answer states that are not as modelled, as AWS's do. */
export const ec2Operations = {
  ...modelledOperations,
  CreateVpcEndpoint: createVpcEndpoint,
  DescribeInternetGateways: describeInternetGateways,
  DescribeVpcEndpoints: describeVpcEndpoints,
};
