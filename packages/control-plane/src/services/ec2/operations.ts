import type { OperationsOf } from "../../gateway/bind-operations.ts";
import type { Ec2Dependencies } from "./dependencies.ts";
import { authorizeSecurityGroupEgress } from "./handlers/authorize-security-group-egress.ts";
import { authorizeSecurityGroupIngress } from "./handlers/authorize-security-group-ingress.ts";
import { createSecurityGroup } from "./handlers/create-security-group.ts";
import { createTags } from "./handlers/create-tags.ts";
import { deleteSecurityGroup } from "./handlers/delete-security-group.ts";
import { deleteTags } from "./handlers/delete-tags.ts";
import { describeAccountAttributes } from "./handlers/describe-account-attributes.ts";
import { describeAvailabilityZones } from "./handlers/describe-availability-zones.ts";
import { describeInternetGateways } from "./handlers/describe-internet-gateways.ts";
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
import { modifySecurityGroupRules } from "./handlers/modify-security-group-rules.ts";
import { revokeSecurityGroupEgress } from "./handlers/revoke-security-group-egress.ts";
import { revokeSecurityGroupIngress } from "./handlers/revoke-security-group-ingress.ts";
import { updateSecurityGroupRuleDescriptionsEgress } from "./handlers/update-security-group-rule-descriptions-egress.ts";
import { updateSecurityGroupRuleDescriptionsIngress } from "./handlers/update-security-group-rule-descriptions-ingress.ts";

const modelledOperations = {
  AuthorizeSecurityGroupEgress: authorizeSecurityGroupEgress,
  AuthorizeSecurityGroupIngress: authorizeSecurityGroupIngress,
  CreateSecurityGroup: createSecurityGroup,
  CreateTags: createTags,
  DeleteSecurityGroup: deleteSecurityGroup,
  DeleteTags: deleteTags,
  DescribeAccountAttributes: describeAccountAttributes,
  DescribeAvailabilityZones: describeAvailabilityZones,
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
  ModifySecurityGroupRules: modifySecurityGroupRules,
  RevokeSecurityGroupEgress: revokeSecurityGroupEgress,
  RevokeSecurityGroupIngress: revokeSecurityGroupIngress,
  UpdateSecurityGroupRuleDescriptionsEgress: updateSecurityGroupRuleDescriptionsEgress,
  UpdateSecurityGroupRuleDescriptionsIngress: updateSecurityGroupRuleDescriptionsIngress,
} satisfies OperationsOf<typeof import("@aws-sdk/client-ec2"), Ec2Dependencies>;

/** Every operation of EC2 that Fleetless answers; the state of an internet gateway's attachment is not as modelled. */
export const ec2Operations = { ...modelledOperations, DescribeInternetGateways: describeInternetGateways };
