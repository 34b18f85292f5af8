import type { OperationsOf } from "../../gateway/bind-operations.ts";
import type { EcsDependencies } from "./dependencies.ts";
import { createCluster } from "./handlers/create-cluster.ts";
import { deleteAccountSetting } from "./handlers/delete-account-setting.ts";
import { deleteCluster } from "./handlers/delete-cluster.ts";
import { deleteTaskDefinitions } from "./handlers/delete-task-definitions.ts";
import { deregisterTaskDefinition } from "./handlers/deregister-task-definition.ts";
import { describeCapacityProviders } from "./handlers/describe-capacity-providers.ts";
import { describeClusters } from "./handlers/describe-clusters.ts";
import { describeTaskDefinition } from "./handlers/describe-task-definition.ts";
import { describeTasks } from "./handlers/describe-tasks.ts";
import { executeCommand } from "./handlers/execute-command.ts";
import { getTaskProtection } from "./handlers/get-task-protection.ts";
import { listAccountSettings } from "./handlers/list-account-settings.ts";
import { listClusters } from "./handlers/list-clusters.ts";
import { listTagsForResource } from "./handlers/list-tags-for-resource.ts";
import { listTaskDefinitionFamilies } from "./handlers/list-task-definition-families.ts";
import { listTaskDefinitions } from "./handlers/list-task-definitions.ts";
import { listTasks } from "./handlers/list-tasks.ts";
import { putAccountSetting } from "./handlers/put-account-setting.ts";
import { putAccountSettingDefault } from "./handlers/put-account-setting-default.ts";
import { putClusterCapacityProviders } from "./handlers/put-cluster-capacity-providers.ts";
import { registerTaskDefinition } from "./handlers/register-task-definition.ts";
import { runTask } from "./handlers/run-task.ts";
import { stopTask } from "./handlers/stop-task.ts";
import { tagResource } from "./handlers/tag-resource.ts";
import { untagResource } from "./handlers/untag-resource.ts";
import { updateCluster } from "./handlers/update-cluster.ts";
import { updateClusterSettings } from "./handlers/update-cluster-settings.ts";
import { updateTaskProtection } from "./handlers/update-task-protection.ts";

/** Every operation that ECS has, under the SDK's name for it. */
export const ecsOperations = {
  CreateCluster: createCluster,
  DeleteAccountSetting: deleteAccountSetting,
  DeleteCluster: deleteCluster,
  DeleteTaskDefinitions: deleteTaskDefinitions,
  DeregisterTaskDefinition: deregisterTaskDefinition,
  DescribeCapacityProviders: describeCapacityProviders,
  DescribeClusters: describeClusters,
  DescribeTaskDefinition: describeTaskDefinition,
  DescribeTasks: describeTasks,
  ExecuteCommand: executeCommand,
  GetTaskProtection: getTaskProtection,
  ListAccountSettings: listAccountSettings,
  ListClusters: listClusters,
  ListTagsForResource: listTagsForResource,
  ListTaskDefinitionFamilies: listTaskDefinitionFamilies,
  ListTaskDefinitions: listTaskDefinitions,
  ListTasks: listTasks,
  PutAccountSettingDefault: putAccountSettingDefault,
  PutAccountSetting: putAccountSetting,
  PutClusterCapacityProviders: putClusterCapacityProviders,
  RegisterTaskDefinition: registerTaskDefinition,
  RunTask: runTask,
  StopTask: stopTask,
  TagResource: tagResource,
  UntagResource: untagResource,
  UpdateTaskProtection: updateTaskProtection,
  UpdateClusterSettings: updateClusterSettings,
  UpdateCluster: updateCluster,
} satisfies OperationsOf<typeof import("@aws-sdk/client-ecs"), EcsDependencies>;
