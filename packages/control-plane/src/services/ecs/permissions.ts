import type { Tag } from "@aws-sdk/client-ecs";
import { tasksService } from "../../compute/service.ts";
import type { RequiredPermission } from "../../gateway/operation.ts";
import { requestTagKeys } from "../../gateway/tag-condition-keys.ts";
import { passRole } from "../iam/service.ts";
import { clusterArn, clusterNameOf, roleArnOf, type Scope } from "./identifiers.ts";

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

/** Who hands a role to tasks must be allowed to pass it on to them. */
export const passRoles = (scope: Scope, roles: readonly (string | undefined)[]): readonly RequiredPermission[] =>
  passRole(
    roles.map((role) => roleArnOf(scope, role)),
    tasksService,
  );
