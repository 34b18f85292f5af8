import type { Tag } from "@aws-sdk/client-ecs";
import { formatArn } from "@fleetless/kernel";
import type { RequiredPermission } from "../../gateway/operation.ts";
import { clusterArn, clusterNameOf, type Scope } from "./identifiers.ts";

/** The condition key of the cluster that a request means. */
export const clusterCondition = (scope: Scope, cluster: string | undefined): Readonly<Record<string, string[]>> => ({
  "ecs:cluster": [clusterArn(scope, clusterNameOf(scope, cluster))],
});

export const requestTagConditions = (tags: readonly Tag[] | undefined): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries([
    ...(tags ?? []).map(({ key = "", value = "" }): [string, string[]] => [`aws:RequestTag/${key}`, [value]]),
    ...((tags ?? []).length === 0 ? [] : [["aws:TagKeys", (tags ?? []).map(({ key = "" }) => key)] as const]),
  ]);

/** Tags given at the creation of something need ecs:TagResource as well, for that creation. */
export const tagOnCreate = (
  action: string,
  resource: string,
  tags: readonly Tag[] | undefined,
): readonly RequiredPermission[] =>
  (tags ?? []).length === 0
    ? []
    : [
        {
          action: "ecs:TagResource",
          resources: [resource],
          conditionKeys: { "ecs:CreateAction": [action], ...requestTagConditions(tags) },
        },
      ];

/** Who hands a role to tasks must be allowed to pass it on to them. */
export const passRoles = (scope: Scope, roles: readonly (string | undefined)[]): readonly RequiredPermission[] => {
  const arns = roles.flatMap((role) => {
    if (role === undefined || role === "") return [];
    if (role.startsWith("arn:")) return [role];
    return [formatArn({ service: "iam", region: "", accountId: scope.accountId, resource: `role/${role}` })];
  });
  return arns.length === 0
    ? []
    : [
        {
          action: "iam:PassRole",
          resources: [...new Set(arns)],
          conditionKeys: { "iam:PassedToService": ["ecs-tasks.amazonaws.com"] },
        },
      ];
};
