import type { DescribeTasksRequest, DescribeTasksResponse, Failure, Task } from "@aws-sdk/client-ecs";
import { workloadId } from "@fleetless/kernel";
import { defineOperation } from "../../../gateway/operation.ts";
import type { EcsDependencies } from "../dependencies.ts";
import { invalidParameter } from "../errors.ts";
import { checkTaskIdLength, clusterKey, taskArn, taskIdOf } from "../identifiers.ts";
import { onTasks } from "../permissions.ts";
import { findTask, requireCluster } from "../repository.ts";
import { taskView } from "../task-view.ts";

const maximumTasks = 100;

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTasks.html */
export const describeTasks = defineOperation<EcsDependencies, DescribeTasksRequest, DescribeTasksResponse>({
  authorise: {
    kind: "permissions",
    permissions: (input, call) => onTasks("ecs:DescribeTasks", call, input.cluster, input.tasks),
  },
  handle: async (input, call, { store, compute }) => {
    const asked = input.tasks ?? [];
    if (asked.length === 0) throw invalidParameter("Tasks cannot be empty.");
    if (asked.length > maximumTasks) throw invalidParameter(`At most ${maximumTasks} tasks can be described at once.`);
    for (const text of asked) checkTaskIdLength(text);
    return store.read(async (transaction) => {
      const cluster = await requireCluster(transaction, call, input.cluster);
      const tasks: Task[] = [];
      const failures: Failure[] = [];
      for (const text of asked) {
        const id = taskIdOf(call, cluster.name, text);
        const task = id && (await findTask(transaction, clusterKey(call, cluster.name), id));
        if (task === undefined) {
          const arn = text.startsWith("arn:") ? text : taskArn(call, cluster.name, workloadId(text));
          failures.push({ arn, reason: "MISSING" });
        } else {
          const observed = await compute.readWorkload(transaction, task.id);
          tasks.push(taskView(task, observed, input.include?.includes("TAGS") ?? false));
        }
      }
      return { tasks, failures };
    });
  },
});
