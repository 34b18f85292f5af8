import type {
  AnalysisComponent,
  NetworkInsightsAnalysis,
  NetworkInsightsPath,
  PathComponent,
} from "@aws-sdk/client-ec2";
import { describeHop, type Hop } from "@fleetless/engine";
import { ec2Arn } from "../dependencies.ts";
import type { NetworkInsightsAnalysisRecord, NetworkInsightsPathRecord } from "../network-insights-collections.ts";
import { tagsView } from "../tags.ts";

export const insightsPathView = (path: NetworkInsightsPathRecord): NetworkInsightsPath => ({
  NetworkInsightsPathId: path.id,
  NetworkInsightsPathArn: ec2Arn(path, "network-insights-path", path.id),
  CreatedDate: new Date(path.createdAt),
  Source: path.source,
  SourceArn: ec2Arn(path, "network-interface", path.source),
  ...(path.destination === undefined
    ? {}
    : { Destination: path.destination, DestinationArn: ec2Arn(path, "network-interface", path.destination) }),
  ...(path.destinationAddress === undefined ? {} : { DestinationIp: path.destinationAddress }),
  Protocol: path.protocol,
  DestinationPort: path.destinationPort,
  Tags: tagsView(path.tags),
});

/** https://docs.aws.amazon.com/vpc/latest/reachability/explanation-codes.html */
const codeOf = (hop: Hop): string => {
  if ("closed" in hop && hop.closed === true) return "VPC_BLOCK_PUBLIC_ACCESS_ENABLED";
  switch (hop.kind) {
    case "security-groups":
      return "ENI_SG_RULES_MISMATCH";
    case "network-acl":
      return "SUBNET_ACL_RESTRICTION";
    case "route-table":
      return "NO_ROUTE_TO_DESTINATION";
    case "internet-gateway":
      return hop.direction === "egress"
        ? "IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS"
        : "IGW_PUBLIC_IP_ASSOCIATION_FOR_INGRESS";
    case "vpc-peering-connection":
      return "PCX_REQUIRES_ADDRESS_IN_VPC_CIDR";
    default:
      return "NO_POSSIBLE_DESTINATION";
  }
};

const idOf = (hop: Hop): string => {
  if (hop.kind === "security-groups") return hop.by?.groupId ?? hop.interfaceId;
  return hop.kind === "network-interface" ? (hop.id ?? hop.address) : hop.id;
};

/** What it is, and in one line for people why the packet passes or not. */
const componentOf = (hop: Hop): AnalysisComponent => ({ Id: idOf(hop), Name: describeHop(hop) });

const pathComponent = (hop: Hop, index: number): PathComponent => ({
  SequenceNumber: index + 1,
  Component: componentOf(hop),
  Vpc: { Id: hop.vpcId },
  ...("subnetId" in hop ? { Subnet: { Id: hop.subnetId } } : {}),
  ...(hop.kind === "network-acl" && hop.entry !== undefined
    ? {
        AclRule: {
          Cidr: hop.entry.cidr,
          Egress: hop.direction === "egress",
          Protocol: hop.entry.protocol,
          RuleAction: hop.entry.action,
          RuleNumber: hop.entry.ruleNumber,
        },
      }
    : {}),
  ...(hop.kind === "route-table" && hop.route !== undefined
    ? { RouteTableRoute: { DestinationCidr: hop.route.destination, State: "active" } }
    : {}),
  ...(hop.kind === "security-groups" && hop.by !== undefined
    ? {
        SecurityGroupRule: {
          Direction: hop.direction,
          Protocol: hop.by.rule.protocol,
          SecurityGroupId: hop.by.groupId,
          ...(hop.by.rule.peer.kind === "cidr" ? { Cidr: hop.by.rule.peer.cidr } : {}),
        },
      }
    : {}),
});

export const insightsAnalysisView = (analysis: NetworkInsightsAnalysisRecord): NetworkInsightsAnalysis => ({
  NetworkInsightsAnalysisId: analysis.id,
  NetworkInsightsAnalysisArn: ec2Arn(analysis, "network-insights-analysis", analysis.id),
  NetworkInsightsPathId: analysis.pathId,
  StartDate: new Date(analysis.startedAt),
  Status: "succeeded",
  NetworkPathFound: analysis.pathFound,
  ForwardPathComponents: analysis.hops.filter(({ allowed }) => allowed).map(pathComponent),
  ReturnPathComponents: (analysis.hopsBack ?? []).filter(({ allowed }) => allowed).map(pathComponent),
  Explanations: [...analysis.hops, ...(analysis.hopsBack ?? [])]
    .filter(({ allowed }) => !allowed)
    .map((hop) => ({ ExplanationCode: codeOf(hop), Component: componentOf(hop), Vpc: { Id: hop.vpcId } })),
  Tags: tagsView(analysis.tags),
});
