import type { RequiredPermission } from "../../gateway/operation.ts";

/**
 * The permission to hand roles to an AWS service, such as a task's to `ecs-tasks.amazonaws.com`. Answers none
 * where there are no roles. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
 */
export const passRole = (
  roleArns: readonly (string | undefined)[],
  service: string,
  associatedResourceArn?: string,
): readonly RequiredPermission[] => {
  const resources = [...new Set(roleArns.filter((arn) => arn !== undefined))];
  if (resources.length === 0) return [];
  return [
    {
      action: "iam:PassRole",
      resources,
      conditionKeys: {
        "iam:PassedToService": [service],
        ...(associatedResourceArn === undefined ? {} : { "iam:AssociatedResourceArn": [associatedResourceArn] }),
      },
    },
  ];
};
