import type { PolicyRecord } from "./collections.ts";

interface ManagedPolicy {
  readonly name: string;
  readonly path: string;
  readonly id: string;
  readonly description: string;
  readonly statements: readonly object[];
}

const allow = (actions: string | readonly string[], more: object = {}): object => ({
  Effect: "Allow",
  Action: actions,
  Resource: "*",
  ...more,
});

/**
 * The managed policies of AWS that tasks and their operators use, by the permissions that AWS documents for them.
 * https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
 */
const managed: readonly ManagedPolicy[] = [
  {
    name: "AdministratorAccess",
    path: "/",
    id: "ANPAFLEETLESSADMINACC",
    description: "Provides full access to AWS services and resources.",
    statements: [allow("*")],
  },
  {
    name: "ReadOnlyAccess",
    path: "/",
    id: "ANPAFLEETLESSREADONLY",
    description: "Provides read-only access to AWS services and resources.",
    statements: [
      allow([
        ...["ec2", "ecs", "ecr", "elasticloadbalancing", "iam", "logs", "servicediscovery", "cloudwatch"].flatMap(
          (service) => [`${service}:Describe*`, `${service}:Get*`, `${service}:List*`],
        ),
        "application-autoscaling:Describe*",
        "cloudtrail:LookupEvents",
        "ecr:BatchCheckLayerAvailability",
        "ecr:BatchGet*",
        "logs:FilterLogEvents",
        "logs:StartQuery",
        "logs:StopQuery",
        "logs:TestMetricFilter",
        "logs:StartLiveTail",
        "logs:StopLiveTail",
        "sts:GetAccessKeyInfo",
        "sts:GetCallerIdentity",
        "sts:GetSessionToken",
        "tag:Get*",
      ]),
    ],
  },
  {
    name: "AmazonECSTaskExecutionRolePolicy",
    path: "/service-role/",
    id: "ANPAFLEETLESSECSTASKX",
    description: "Provides access to other AWS service resources that are required to run Amazon ECS tasks",
    statements: [
      allow([
        "ecr:GetAuthorizationToken",
        "ecr:BatchCheckLayerAvailability",
        "ecr:GetDownloadUrlForLayer",
        "ecr:BatchGetImage",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
      ]),
    ],
  },
  {
    name: "AmazonECS_FullAccess",
    path: "/",
    id: "ANPAFLEETLESSECSFULLA",
    description: "Provides administrative access to Amazon ECS resources.",
    statements: [
      allow([
        "ecs:*",
        "application-autoscaling:*",
        "cloudwatch:DescribeAlarms",
        "cloudwatch:GetMetricStatistics",
        "ec2:CreateSecurityGroup",
        "ec2:AuthorizeSecurityGroupIngress",
        "ec2:Describe*",
        "elasticloadbalancing:Describe*",
        "events:DescribeRule",
        "events:ListTargetsByRule",
        "events:PutRule",
        "events:PutTargets",
        "iam:ListAttachedRolePolicies",
        "iam:ListRoles",
        "logs:CreateLogGroup",
        "logs:DescribeLogGroups",
        "logs:FilterLogEvents",
      ]),
      allow("iam:PassRole", {
        Condition: { StringLike: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
      }),
    ],
  },
  {
    name: "CloudWatchLogsFullAccess",
    path: "/",
    id: "ANPAFLEETLESSCWLFULLA",
    description: "Provides full access to CloudWatch Logs",
    statements: [allow("logs:*")],
  },
  {
    name: "CloudWatchLogsReadOnlyAccess",
    path: "/",
    id: "ANPAFLEETLESSCWLREADO",
    description: "Provides read only access to CloudWatch Logs",
    statements: [
      allow([
        "logs:Describe*",
        "logs:Get*",
        "logs:List*",
        "logs:StartQuery",
        "logs:StopQuery",
        "logs:TestMetricFilter",
        "logs:FilterLogEvents",
        "logs:StartLiveTail",
        "logs:StopLiveTail",
      ]),
    ],
  },
  {
    name: "IAMFullAccess",
    path: "/",
    id: "ANPAFLEETLESSIAMFULLA",
    description: "Provides full access to IAM.",
    statements: [allow("iam:*")],
  },
  {
    name: "IAMReadOnlyAccess",
    path: "/",
    id: "ANPAFLEETLESSIAMREADO",
    description: "Provides read only access to IAM.",
    statements: [allow(["iam:Get*", "iam:List*", "iam:Simulate*", "iam:GenerateCredentialReport"])],
  },
  {
    name: "AmazonEC2ReadOnlyAccess",
    path: "/",
    id: "ANPAFLEETLESSEC2READO",
    description: "Provides read only access to Amazon EC2.",
    statements: [allow(["ec2:Describe*", "ec2:GetSecurityGroupsForVpc", "elasticloadbalancing:Describe*"])],
  },
];

/** The day on which these documents were written down. */
const writtenAt = Date.UTC(2026, 0, 1);

const recordOf = ({ name, path, id, description, statements }: ManagedPolicy): PolicyRecord => ({
  accountId: "aws",
  policyName: name,
  policyId: id,
  path,
  arn: `arn:aws:iam::aws:policy${path}${name}`,
  description,
  createdAt: writtenAt,
  updatedAt: writtenAt,
  defaultVersionId: "v1",
  latestVersion: 1,
  versions: [
    {
      versionId: "v1",
      document: JSON.stringify({ Version: "2012-10-17", Statement: statements }),
      createdAt: writtenAt,
    },
  ],
  tags: [],
});

export const awsManagedPolicies: readonly PolicyRecord[] = managed.map(recordOf);

const byArn: ReadonlyMap<string, PolicyRecord> = new Map(awsManagedPolicies.map((policy) => [policy.arn, policy]));

export const findAwsManagedPolicy = (arn: string): PolicyRecord | undefined => byArn.get(arn);
