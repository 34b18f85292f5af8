import { allow, type ManagedPolicy } from "./managed-policy.ts";

const linked = (name: string, id: string, description: string, actions: readonly string[]): ManagedPolicy => ({
  name,
  path: "/aws-service-role/",
  id: `ANPAF${id}`,
  description,
  statements: [allow(actions)],
});

/** Of service-linked roles, which AWS's own services take. */
export const linkedRolePolicies: readonly ManagedPolicy[] = [
  linked("AmazonECSServiceRolePolicy", "LESSLINKECSSERV", "Policy to enable Amazon ECS to manage your cluster.", [
    "ec2:AttachNetworkInterface",
    "ec2:CreateNetworkInterface",
    "ec2:CreateNetworkInterfacePermission",
    "ec2:DeleteNetworkInterface",
    "ec2:DeleteNetworkInterfacePermission",
    "ec2:Describe*",
    "ec2:DetachNetworkInterface",
    "elasticloadbalancing:DeregisterInstancesFromLoadBalancer",
    "elasticloadbalancing:DeregisterTargets",
    "elasticloadbalancing:Describe*",
    "elasticloadbalancing:RegisterInstancesWithLoadBalancer",
    "elasticloadbalancing:RegisterTargets",
    "servicediscovery:DeregisterInstance",
    "servicediscovery:Get*",
    "servicediscovery:List*",
    "servicediscovery:RegisterInstance",
    "servicediscovery:UpdateInstanceCustomHealthStatus",
  ]),
  linked("ECRTemplateServiceRolePolicy", "LESSLINKECRTEMP", "Allows ECR to create repositories from templates.", [
    "ecr:CreateRepository",
    "ecr:TagResource",
  ]),
  linked("ECRReplicationServiceRolePolicy", "LESSLINKECRREPL", "Allows ECR to replicate images.", [
    "ecr:CreateRepository",
    "ecr:ReplicateImage",
  ]),
  linked("AWSECRPullThroughCache_ServiceRolePolicy", "LESSLINKECRPULL", "Allows ECR to pull upstream images.", [
    "ecr:GetAuthorizationToken",
    "ecr:BatchCheckLayerAvailability",
    "ecr:InitiateLayerUpload",
    "ecr:UploadLayerPart",
    "ecr:CompleteLayerUpload",
    "ecr:PutImage",
    "secretsmanager:GetSecretValue",
  ]),
  linked("AmazonEKSServiceRolePolicy", "LESSLINKEKSSERV", "Allows EKS to manage clusters.", [
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DetachNetworkInterface",
    "ec2:Describe*",
    "ec2:ModifyNetworkInterfaceAttribute",
    "iam:ListAttachedRolePolicies",
  ]),
  linked("AmazonEKSForFargateServiceRolePolicy", "LESSLINKEKSFARG", "Allows EKS to run pods on Fargate.", [
    "ec2:CreateNetworkInterface",
    "ec2:CreateNetworkInterfacePermission",
    "ec2:DeleteNetworkInterface",
    "ec2:Describe*",
  ]),
  linked("AWSElasticLoadBalancingServiceRolePolicy", "LESSLINKELBSERV", "Allows Elastic Load Balancing to work.", [
    "ec2:CreateNetworkInterface",
    "ec2:CreateSecurityGroup",
    "ec2:DeleteNetworkInterface",
    "ec2:Describe*",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
  ]),
  linked("AWSApplicationAutoscalingECSServicePolicy", "LESSLINKAASECSS", "Allows services to be scaled.", [
    "ecs:DescribeServices",
    "ecs:UpdateService",
    "cloudwatch:PutMetricAlarm",
    "cloudwatch:DescribeAlarms",
    "cloudwatch:DeleteAlarms",
  ]),
];
