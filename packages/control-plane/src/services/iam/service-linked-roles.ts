import { defineCollection } from "../../state/store.ts";
import { invalidInput } from "./errors.ts";

interface LinkedRole {
  readonly roleName: string;
  readonly policyArn: string;
}

const linked = (roleName: string, policyName: string): LinkedRole => ({
  roleName,
  policyArn: `arn:aws:iam::aws:policy/aws-service-role/${policyName}`,
});

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html */
const linkedRoles: ReadonlyMap<string, LinkedRole> = new Map([
  ["ecs.amazonaws.com", linked("AWSServiceRoleForECS", "AmazonECSServiceRolePolicy")],
  ["ecr.amazonaws.com", linked("AWSServiceRoleForECRTemplate", "ECRTemplateServiceRolePolicy")],
  ["replication.ecr.amazonaws.com", linked("AWSServiceRoleForECRReplication", "ECRReplicationServiceRolePolicy")],
  [
    "pullthroughcache.ecr.amazonaws.com",
    linked("AWSServiceRoleForECRPullThroughCache", "AWSECRPullThroughCache_ServiceRolePolicy"),
  ],
  ["eks.amazonaws.com", linked("AWSServiceRoleForAmazonEKS", "AmazonEKSServiceRolePolicy")],
  ["eks-fargate.amazonaws.com", linked("AWSServiceRoleForAmazonEKSForFargate", "AmazonEKSForFargateServiceRolePolicy")],
  [
    "elasticloadbalancing.amazonaws.com",
    linked("AWSServiceRoleForElasticLoadBalancing", "AWSElasticLoadBalancingServiceRolePolicy"),
  ],
  [
    "ecs.application-autoscaling.amazonaws.com",
    linked("AWSServiceRoleForApplicationAutoScaling_ECSService", "AWSApplicationAutoscalingECSServicePolicy"),
  ],
]);

/** Throws InvalidInput where the service has no such role. */
export const linkedRoleOf = (service: string): LinkedRole => {
  const found = linkedRoles.get(service);
  if (found === undefined) {
    throw invalidInput(
      `Service ${service} has no service-linked role that Fleetless knows; it knows those of ${[...linkedRoles.keys()].join(", ")}.`,
    );
  }
  return found;
};

/** A finished deletion: keys are `<account>/<task id>`. */
export const roleDeletions = defineCollection<{ readonly deletedAt: number }>("iam-role-deletions");
