import { allow, type ManagedPolicy } from "./managed-policy.ts";

/** What reads a registry, in AmazonEC2ContainerRegistryReadOnly's order. */
const registryReading = [
  "ecr:GetAuthorizationToken",
  "ecr:BatchCheckLayerAvailability",
  "ecr:GetDownloadUrlForLayer",
  "ecr:GetRepositoryPolicy",
  "ecr:DescribeRepositories",
  "ecr:ListImages",
  "ecr:DescribeImages",
  "ecr:BatchGetImage",
  "ecr:GetLifecyclePolicy",
  "ecr:GetLifecyclePolicyPreview",
  "ecr:ListTagsForResource",
  "ecr:DescribeImageScanFindings",
];

const serviceLinkedRole = (service: string): object =>
  allow("iam:CreateServiceLinkedRole", { Condition: { StringEquals: { "iam:AWSServiceName": [service] } } });

/** The managed policies for what surrounds containers: registry, secrets, configuration, audit. */
export const containerPolicies: readonly ManagedPolicy[] = [
  {
    name: "AmazonEC2ContainerRegistryReadOnly",
    path: "/",
    id: "ANPAFLEETLESSECRREADO",
    description: "Provides read-only access to Amazon EC2 Container Registry repositories.",
    statements: [allow(registryReading)],
  },
  {
    name: "AmazonEC2ContainerRegistryPullOnly",
    path: "/",
    id: "ANPAFLEETLESSECRPULLO",
    description: "Provides pull only access to Amazon EC2 Container Registry repositories.",
    statements: [
      allow([
        "ecr:GetAuthorizationToken",
        "ecr:BatchGetImage",
        "ecr:GetDownloadUrlForLayer",
        "ecr:BatchImportUpstreamImage",
      ]),
    ],
  },
  {
    name: "AmazonEC2ContainerRegistryPowerUser",
    path: "/",
    id: "ANPAFLEETLESSECRPOWER",
    description:
      "Provides full access to Amazon EC2 Container Registry repositories, but does not allow repository deletion or policy changes.",
    statements: [
      allow([
        ...registryReading,
        "ecr:InitiateLayerUpload",
        "ecr:UploadLayerPart",
        "ecr:CompleteLayerUpload",
        "ecr:PutImage",
      ]),
    ],
  },
  {
    name: "AmazonEC2ContainerRegistryFullAccess",
    path: "/",
    id: "ANPAFLEETLESSECRFULLA",
    description: "Provides administrative access to Amazon ECR resources",
    statements: [allow(["ecr:*", "cloudtrail:LookupEvents"]), serviceLinkedRole("replication.ecr.amazonaws.com")],
  },
  {
    name: "AmazonEKSFargatePodExecutionRolePolicy",
    path: "/",
    id: "ANPAFLEETLESSEKSFARGP",
    description:
      "Provides access to other AWS service resources that are required to run Amazon EKS pods on AWS Fargate",
    statements: [
      allow([
        "ecr:GetAuthorizationToken",
        "ecr:BatchCheckLayerAvailability",
        "ecr:GetDownloadUrlForLayer",
        "ecr:BatchGetImage",
      ]),
    ],
  },
  {
    name: "PowerUserAccess",
    path: "/",
    id: "ANPAFLEETLESSPOWERUSR",
    description:
      "Provides full access to AWS services and resources, but does not allow management of Users and groups.",
    statements: [
      { Effect: "Allow", NotAction: ["iam:*", "organizations:*", "account:*"], Resource: "*" },
      allow([
        "iam:CreateServiceLinkedRole",
        "iam:DeleteServiceLinkedRole",
        "iam:ListRoles",
        "organizations:DescribeOrganization",
      ]),
    ],
  },
  {
    name: "AmazonSSMReadOnlyAccess",
    path: "/",
    id: "ANPAFLEETLESSSSMREADO",
    description: "Provides read only access to Amazon SSM.",
    statements: [allow(["ssm:Describe*", "ssm:Get*", "ssm:List*"])],
  },
  {
    name: "AmazonSSMFullAccess",
    path: "/",
    id: "ANPAFLEETLESSSSMFULLA",
    description: "Provides full access to Amazon SSM.",
    statements: [allow(["cloudwatch:PutMetricData", "ec2:DescribeInstanceStatus", "logs:*", "ssm:*"])],
  },
  {
    name: "SecretsManagerReadWrite",
    path: "/",
    id: "ANPAFLEETLESSSECRETRW",
    description: "Provides read/write access to AWS Secrets Manager via the AWS Management Console.",
    statements: [
      allow(["secretsmanager:*", "ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcs"]),
      allow(["kms:DescribeKey", "kms:ListAliases", "kms:ListKeys"]),
    ],
  },
  {
    name: "AWSKeyManagementServicePowerUser",
    path: "/",
    id: "ANPAFLEETLESSKMSPOWER",
    description: "Provides access to AWS Key Management Service (KMS).",
    statements: [
      allow([
        "kms:CreateAlias",
        "kms:CreateKey",
        "kms:DeleteAlias",
        "kms:Describe*",
        "kms:GenerateRandom",
        "kms:Get*",
        "kms:List*",
        "kms:TagResource",
        "kms:UntagResource",
        "iam:ListGroups",
        "iam:ListRoles",
        "iam:ListUsers",
      ]),
    ],
  },
  {
    name: "AWSCloudTrail_FullAccess",
    path: "/",
    id: "ANPAFLEETLESSTRAILFUL",
    description: "Provides full access to AWS CloudTrail.",
    statements: [
      allow([
        "cloudtrail:*",
        "logs:CreateLogGroup",
        "kms:CreateKey",
        "kms:CreateAlias",
        "kms:ListKeys",
        "kms:ListAliases",
      ]),
      allow("iam:PassRole", { Condition: { StringEquals: { "iam:PassedToService": "cloudtrail.amazonaws.com" } } }),
    ],
  },
  {
    name: "AWSCloudTrail_ReadOnlyAccess",
    path: "/",
    id: "ANPAFLEETLESSTRAILREA",
    description: "Provides read only access to AWS CloudTrail.",
    statements: [allow(["cloudtrail:Get*", "cloudtrail:Describe*", "cloudtrail:List*", "cloudtrail:LookupEvents"])],
  },
  {
    name: "CloudWatchReadOnlyAccess",
    path: "/",
    id: "ANPAFLEETLESSCWREADON",
    description: "Provides read only access to CloudWatch.",
    statements: [
      allow([
        "application-autoscaling:DescribeScalingPolicies",
        "cloudwatch:Describe*",
        "cloudwatch:Get*",
        "cloudwatch:List*",
      ]),
      allow(["logs:Get*", "logs:List*", "logs:Describe*", "logs:FilterLogEvents", "logs:StartQuery", "logs:StopQuery"]),
    ],
  },
];
