import type { OperationsOf } from "../../gateway/bind-operations.ts";
import type { Ec2Dependencies } from "./dependencies.ts";
import { allocateAddress } from "./handlers/allocate-address.ts";
import { associateAddress } from "./handlers/associate-address.ts";
import { associateDhcpOptions } from "./handlers/associate-dhcp-options.ts";
import { associateRouteTable } from "./handlers/associate-route-table.ts";
import { associateSubnetCidrBlock } from "./handlers/associate-subnet-cidr-block.ts";
import { associateVpcCidrBlock } from "./handlers/associate-vpc-cidr-block.ts";
import { attachInternetGateway } from "./handlers/attach-internet-gateway.ts";
import { authorizeSecurityGroupEgress } from "./handlers/authorize-security-group-egress.ts";
import { authorizeSecurityGroupIngress } from "./handlers/authorize-security-group-ingress.ts";
import { createDefaultSubnet } from "./handlers/create-default-subnet.ts";
import { createDefaultVpc } from "./handlers/create-default-vpc.ts";
import { createDhcpOptions } from "./handlers/create-dhcp-options.ts";
import { createEgressOnlyInternetGateway } from "./handlers/create-egress-only-internet-gateway.ts";
import { createInternetGateway } from "./handlers/create-internet-gateway.ts";
import { createNatGateway } from "./handlers/create-nat-gateway.ts";
import { createRoute } from "./handlers/create-route.ts";
import { createRouteTable } from "./handlers/create-route-table.ts";
import { createSecurityGroup } from "./handlers/create-security-group.ts";
import { createSubnet } from "./handlers/create-subnet.ts";
import { createTags } from "./handlers/create-tags.ts";
import { createVpc } from "./handlers/create-vpc.ts";
import { deleteDhcpOptions } from "./handlers/delete-dhcp-options.ts";
import { deleteEgressOnlyInternetGateway } from "./handlers/delete-egress-only-internet-gateway.ts";
import { deleteInternetGateway } from "./handlers/delete-internet-gateway.ts";
import { deleteNatGateway } from "./handlers/delete-nat-gateway.ts";
import { deleteRoute } from "./handlers/delete-route.ts";
import { deleteRouteTable } from "./handlers/delete-route-table.ts";
import { deleteSecurityGroup } from "./handlers/delete-security-group.ts";
import { deleteSubnet } from "./handlers/delete-subnet.ts";
import { deleteTags } from "./handlers/delete-tags.ts";
import { deleteVpc } from "./handlers/delete-vpc.ts";
import { describeAccountAttributes } from "./handlers/describe-account-attributes.ts";
import { describeAddresses } from "./handlers/describe-addresses.ts";
import { describeAddressesAttribute } from "./handlers/describe-addresses-attribute.ts";
import { describeAvailabilityZones } from "./handlers/describe-availability-zones.ts";
import { describeDhcpOptions } from "./handlers/describe-dhcp-options.ts";
import { describeEgressOnlyInternetGateways } from "./handlers/describe-egress-only-internet-gateways.ts";
import { describeInternetGateways } from "./handlers/describe-internet-gateways.ts";
import { describeNatGateways } from "./handlers/describe-nat-gateways.ts";
import { describeNetworkAcls } from "./handlers/describe-network-acls.ts";
import { describeNetworkInterfaces } from "./handlers/describe-network-interfaces.ts";
import { describeRegions } from "./handlers/describe-regions.ts";
import { describeRouteTables } from "./handlers/describe-route-tables.ts";
import { describeSecurityGroupRules } from "./handlers/describe-security-group-rules.ts";
import { describeSecurityGroups } from "./handlers/describe-security-groups.ts";
import { describeSubnets } from "./handlers/describe-subnets.ts";
import { describeTags } from "./handlers/describe-tags.ts";
import { describeVpcAttribute } from "./handlers/describe-vpc-attribute.ts";
import { describeVpcs } from "./handlers/describe-vpcs.ts";
import { detachInternetGateway } from "./handlers/detach-internet-gateway.ts";
import { disassociateAddress } from "./handlers/disassociate-address.ts";
import { disassociateRouteTable } from "./handlers/disassociate-route-table.ts";
import { disassociateSubnetCidrBlock } from "./handlers/disassociate-subnet-cidr-block.ts";
import { disassociateVpcCidrBlock } from "./handlers/disassociate-vpc-cidr-block.ts";
import { modifySecurityGroupRules } from "./handlers/modify-security-group-rules.ts";
import { modifySubnetAttribute } from "./handlers/modify-subnet-attribute.ts";
import { modifyVpcAttribute } from "./handlers/modify-vpc-attribute.ts";
import { releaseAddress } from "./handlers/release-address.ts";
import { replaceRoute } from "./handlers/replace-route.ts";
import { replaceRouteTableAssociation } from "./handlers/replace-route-table-association.ts";
import { revokeSecurityGroupEgress } from "./handlers/revoke-security-group-egress.ts";
import { revokeSecurityGroupIngress } from "./handlers/revoke-security-group-ingress.ts";
import { updateSecurityGroupRuleDescriptionsEgress } from "./handlers/update-security-group-rule-descriptions-egress.ts";
import { updateSecurityGroupRuleDescriptionsIngress } from "./handlers/update-security-group-rule-descriptions-ingress.ts";

const modelledOperations = {
  AllocateAddress: allocateAddress,
  AssociateAddress: associateAddress,
  AssociateDhcpOptions: associateDhcpOptions,
  AssociateRouteTable: associateRouteTable,
  AssociateSubnetCidrBlock: associateSubnetCidrBlock,
  AssociateVpcCidrBlock: associateVpcCidrBlock,
  AttachInternetGateway: attachInternetGateway,
  AuthorizeSecurityGroupEgress: authorizeSecurityGroupEgress,
  AuthorizeSecurityGroupIngress: authorizeSecurityGroupIngress,
  CreateDefaultSubnet: createDefaultSubnet,
  CreateDefaultVpc: createDefaultVpc,
  CreateDhcpOptions: createDhcpOptions,
  CreateEgressOnlyInternetGateway: createEgressOnlyInternetGateway,
  CreateInternetGateway: createInternetGateway,
  CreateNatGateway: createNatGateway,
  CreateRouteTable: createRouteTable,
  CreateRoute: createRoute,
  CreateSecurityGroup: createSecurityGroup,
  CreateSubnet: createSubnet,
  CreateTags: createTags,
  CreateVpc: createVpc,
  DeleteDhcpOptions: deleteDhcpOptions,
  DeleteEgressOnlyInternetGateway: deleteEgressOnlyInternetGateway,
  DeleteInternetGateway: deleteInternetGateway,
  DeleteNatGateway: deleteNatGateway,
  DeleteRouteTable: deleteRouteTable,
  DeleteRoute: deleteRoute,
  DeleteSecurityGroup: deleteSecurityGroup,
  DeleteSubnet: deleteSubnet,
  DeleteTags: deleteTags,
  DeleteVpc: deleteVpc,
  DescribeAccountAttributes: describeAccountAttributes,
  DescribeAddressesAttribute: describeAddressesAttribute,
  DescribeAddresses: describeAddresses,
  DescribeAvailabilityZones: describeAvailabilityZones,
  DescribeDhcpOptions: describeDhcpOptions,
  DescribeEgressOnlyInternetGateways: describeEgressOnlyInternetGateways,
  DescribeNatGateways: describeNatGateways,
  DescribeNetworkAcls: describeNetworkAcls,
  DescribeNetworkInterfaces: describeNetworkInterfaces,
  DescribeRegions: describeRegions,
  DescribeRouteTables: describeRouteTables,
  DescribeSecurityGroupRules: describeSecurityGroupRules,
  DescribeSecurityGroups: describeSecurityGroups,
  DescribeSubnets: describeSubnets,
  DescribeTags: describeTags,
  DescribeVpcAttribute: describeVpcAttribute,
  DescribeVpcs: describeVpcs,
  DetachInternetGateway: detachInternetGateway,
  DisassociateAddress: disassociateAddress,
  DisassociateRouteTable: disassociateRouteTable,
  DisassociateSubnetCidrBlock: disassociateSubnetCidrBlock,
  DisassociateVpcCidrBlock: disassociateVpcCidrBlock,
  ModifySecurityGroupRules: modifySecurityGroupRules,
  ModifySubnetAttribute: modifySubnetAttribute,
  ModifyVpcAttribute: modifyVpcAttribute,
  ReleaseAddress: releaseAddress,
  ReplaceRouteTableAssociation: replaceRouteTableAssociation,
  ReplaceRoute: replaceRoute,
  RevokeSecurityGroupEgress: revokeSecurityGroupEgress,
  RevokeSecurityGroupIngress: revokeSecurityGroupIngress,
  UpdateSecurityGroupRuleDescriptionsEgress: updateSecurityGroupRuleDescriptionsEgress,
  UpdateSecurityGroupRuleDescriptionsIngress: updateSecurityGroupRuleDescriptionsIngress,
} satisfies OperationsOf<typeof import("@aws-sdk/client-ec2"), Ec2Dependencies>;

/** Every operation of EC2 that Fleetless answers; the state of an internet gateway's attachment is not as modelled. */
export const ec2Operations = { ...modelledOperations, DescribeInternetGateways: describeInternetGateways };
