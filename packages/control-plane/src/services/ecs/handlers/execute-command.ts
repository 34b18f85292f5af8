import type { ExecuteCommandRequest, ExecuteCommandResponse } from "@aws-sdk/client-ecs";
import { workloadId } from "@fleetless/kernel";
import { defineOperation } from "../../../gateway/operation.ts";
import type { EcsDependencies } from "../dependencies.ts";
import { invalidParameter } from "../errors.ts";
import { openSession } from "../execute-command/open-session.ts";
import { splitCommand } from "../execute-command/split-command.ts";
import { clusterArn, clusterKey, clusterNameOf, taskArn, taskIdOf } from "../identifiers.ts";
import { clusterCondition } from "../permissions.ts";
import { findTask } from "../repository.ts";

const longestCommand = 8_192;

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ExecuteCommand.html */
export const executeCommand = defineOperation<EcsDependencies, ExecuteCommandRequest, ExecuteCommandResponse>({
  authorise: {
    kind: "permissions",
    permissions: async (input, call, { store }) => {
      const cluster = clusterNameOf(call, input.cluster);
      const id = taskIdOf(call, cluster, input.task ?? "");
      const task = id && (await store.read((transaction) => findTask(transaction, clusterKey(call, cluster), id)));
      const arn = taskArn(call, cluster, id ?? workloadId("*"));
      const only = task?.containers.length === 1 ? task.containers[0]?.name : undefined;
      const container = input.container ?? only;
      return [
        {
          action: "ecs:ExecuteCommand",
          resources: [clusterArn(call, cluster), arn],
          conditionKeys: {
            ...clusterCondition(call, input.cluster),
            "ecs:task": [arn],
            "ecs:enable-execute-command": [String(task?.enableExecuteCommand ?? false)],
            ...(container === undefined ? {} : { "ecs:container-name": [container] }),
          },
        },
      ];
    },
  },
  handle: async (input, call, dependencies) => {
    if (input.interactive !== true) throw invalidParameter("Interactive is the only mode supported currently.");
    const line = input.command ?? "";
    if (line.length > longestCommand) {
      throw invalidParameter(`The command must be at most ${longestCommand} characters long.`);
    }
    const command = splitCommand(line);
    if (command === undefined) throw invalidParameter("The command has a quote that is not closed.");
    const { cluster, task, container, granted } = await openSession(dependencies, call, {
      cluster: input.cluster,
      task: input.task ?? "",
      container: input.container,
      command,
      type: "InteractiveCommands",
      reportsExitCode: false,
      byTasksWay: true,
      idleMilliseconds: dependencies.sessionIdleMilliseconds,
    });
    return {
      clusterArn: cluster.arn,
      containerArn: container.arn,
      containerName: container.name,
      interactive: true,
      taskArn: task.arn,
      session: {
        sessionId: granted.sessionId,
        streamUrl: `ws://${call.host}${granted.path}`,
        tokenValue: granted.tokenValue,
      },
    };
  },
});
