import { createHash } from "node:crypto";
import type { RunTaskRequest, RunTaskResponse } from "@aws-sdk/client-ecs";
import { workloadId } from "@fleetless/kernel";
import type { Call } from "../../../gateway/call.ts";
import { defineOperation } from "../../../gateway/operation.ts";
import type { ReadTransaction, Transaction } from "../../../state/store.ts";
import { settingOwner } from "../account-settings.ts";
import type { TaskDefinitionRecord, TaskRecord } from "../collections.ts";
import type { EcsDependencies } from "../dependencies.ts";
import { clientTokenConflict, taskDefinitionInactive, taskDefinitionNotFound } from "../errors.ts";
import { clusterKey, clusterNameOf, taskArn, taskDefinitionReference } from "../identifiers.ts";
import { checkFargateCompatible, checkLaunchRequest } from "../launch-request.ts";
import { launchTasks } from "../launch-tasks.ts";
import { applyOverrides } from "../overrides.ts";
import { clusterCondition, passRoles, requestTagConditions, tagOnCreate } from "../permissions.ts";
import {
  findClientToken,
  findTaskByKey,
  findTaskDefinition,
  requireCluster,
  saveClientToken,
  taskKey,
} from "../repository.ts";
import { taskView } from "../task-view.ts";

const definitionOf = async (
  transaction: ReadTransaction,
  input: RunTaskRequest,
  call: Call,
): Promise<TaskDefinitionRecord> => {
  const reference = taskDefinitionReference(call, input.taskDefinition ?? "");
  const definition = reference && (await findTaskDefinition(transaction, call, reference));
  if (definition === undefined) throw taskDefinitionNotFound();
  if (definition.status !== "ACTIVE") throw taskDefinitionInactive();
  return definition;
};

/** What an earlier request with the same token launched; undefined where the token is new or not given. */
const launchedBefore = async (
  transaction: Transaction,
  key: string,
  requestHash: string,
): Promise<readonly TaskRecord[] | undefined> => {
  const used = await findClientToken(transaction, key);
  if (used === undefined) return undefined;
  const tasks: TaskRecord[] = [];
  for (const taskKeyUsed of used.taskKeys) {
    const task = await findTaskByKey(transaction, taskKeyUsed);
    if (task !== undefined) tasks.push(task);
  }
  if (used.requestHash !== requestHash) throw clientTokenConflict(tasks.map(({ arn }) => arn));
  return tasks;
};

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html */
export const runTask = defineOperation<EcsDependencies, RunTaskRequest, RunTaskResponse>({
  authorise: {
    kind: "permissions",
    permissions: async (input, call, { store }) => {
      const definition = await store.read((transaction) => definitionOf(transaction, input, call));
      const { overrides } = input;
      return [
        {
          action: "ecs:RunTask",
          resources: [definition.arn],
          conditionKeys: {
            ...clusterCondition(call, input.cluster),
            "ecs:enable-execute-command": [String(input.enableExecuteCommand ?? false)],
            ...requestTagConditions(input.tags),
          },
        },
        ...tagOnCreate("RunTask", taskArn(call, clusterNameOf(call, input.cluster), workloadId("*")), input.tags),
        ...passRoles(call, [
          overrides?.taskRoleArn ?? definition.body.taskRoleArn,
          overrides?.executionRoleArn ?? definition.body.executionRoleArn,
        ]),
      ];
    },
  },
  handle: async (input, call, dependencies) => {
    checkLaunchRequest(input);
    const requestHash = createHash("sha256").update(JSON.stringify(input)).digest("hex");
    const launch = async (transaction: Transaction) => {
      const cluster = await requireCluster(transaction, call, input.cluster);
      const tokenKey =
        input.clientToken === undefined ? undefined : `${clusterKey(call, cluster.name)}/${input.clientToken}`;
      const before = tokenKey === undefined ? undefined : await launchedBefore(transaction, tokenKey, requestHash);
      if (before !== undefined) return { tasks: before, failures: [] };
      const definition = await definitionOf(transaction, input, call);
      checkFargateCompatible(definition);
      const launched = await launchTasks(transaction, dependencies, {
        scope: { accountId: call.accountId, region: call.region },
        cluster,
        definition,
        effective: applyOverrides(definition.body, input.overrides ?? {}, call.accountId),
        request: input,
        principalArn: settingOwner(call, undefined),
      });
      // Where there was no room, nothing was launched that a repetition could stand for: it is another try.
      if (tokenKey !== undefined && launched.tasks.length > 0) {
        const taskKeys = launched.tasks.map(taskKey);
        saveClientToken(transaction, tokenKey, { requestHash, taskKeys, usedAt: call.clock.now() });
      }
      return launched;
    };
    const result = await dependencies.launches.run(launch);
    return {
      tasks: result.tasks.map((task) => taskView(task, undefined, true)),
      failures: [...result.failures],
    };
  },
});
