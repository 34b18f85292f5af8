import type { Tag } from "@aws-sdk/client-ecs";
import { workloadId } from "@fleetless/kernel";
import { tasksService } from "../../compute/service.ts";
import type { RequiredPermission } from "../../gateway/operation.ts";
import { requestTagKeys } from "../../gateway/tag-condition-keys.ts";
import { passRole } from "../iam/service.ts";
import { clusterArn, clusterNameOf, roleArnOf, type Scope, taskArn, taskIdOf } from "./identifiers.ts";

/** The condition key of the cluster that a request means. */
export const clusterCondition = (scope: Scope, cluster: string | undefined): Readonly<Record<string, string[]>> => ({
  "ecs:cluster": [clusterArn(scope, clusterNameOf(scope, cluster))],
});

export const requestTagConditions = (tags: readonly Tag[] | undefined): Readonly<Record<string, readonly string[]>> =>
  requestTagKeys((tags ?? []).map(({ key = "", value = "" }) => [key, value]));

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

/** A permission on tasks that a request names, or on any where none of them can be one. */
export const onTasks = (
  action: string,
  scope: Scope,
  cluster: string | undefined,
  tasks: readonly string[] | undefined,
): readonly RequiredPermission[] => {
  const name = clusterNameOf(scope, cluster);
  const ids = (tasks ?? []).flatMap((task) => taskIdOf(scope, name, task) ?? []);
  const resources = (ids.length === 0 ? [workloadId("*")] : ids).map((id) => taskArn(scope, name, id));
  return [{ action, resources, conditionKeys: clusterCondition(scope, cluster) }];
};

/** Who hands a role to tasks must be allowed to pass it on to them. */
export const passRoles = (scope: Scope, roles: readonly (string | undefined)[]): readonly RequiredPermission[] =>
  passRole(
    roles.map((role) => roleArnOf(scope, role)),
    tasksService,
  );
