import type { Task } from "@aws-sdk/client-ecs";
import { table } from "./output.ts";
import { taskIdOf } from "./task-lookup.ts";
import { type Wait, waitText } from "./waits.ts";

/** A task as a person reads it: what it is, where it is reached, and how each container fares. */
export const describeTask = (task: Task, waits: readonly Wait[] = []): string => {
  const details = task.attachments?.find((attachment) => attachment.type === "ElasticNetworkInterface")?.details ?? [];
  const detail = (name: string): string => details.find((entry) => entry.name === name)?.value ?? "";
  const facts: [string, string | undefined][] = [
    ["task", taskIdOf(task)],
    ["definition", task.taskDefinitionArn?.split("/").at(-1)],
    ["status", `${task.lastStatus} (wanted: ${task.desiredStatus})`],
    ["health", task.healthStatus],
    ["size", `${task.cpu} CPU units, ${task.memory} MiB`],
    ["address", detail("privateIPv4Address") || detail("ipv6Address")],
    ["interface", `${detail("networkInterfaceId")} in ${detail("subnetId")}, ${detail("macAddress")}`],
    ["created", task.createdAt?.toISOString()],
    ["started", task.startedAt?.toISOString()],
    ["stopped", task.stoppedAt?.toISOString()],
    ...waits.map((wait): [string, string] => ["waiting", waitText(wait)]),
    ["reason", task.stoppedReason && `${task.stopCode}: ${task.stoppedReason}`],
  ];
  const containers = (task.containers ?? []).map((container) => [
    container.name ?? "",
    container.lastStatus ?? "",
    container.healthStatus ?? "",
    container.exitCode === undefined ? "" : String(container.exitCode),
    container.image ?? "",
    container.reason ?? "",
  ]);
  return [
    table(facts.flatMap(([name, value]) => (value ? [[name, value]] : []))),
    table([["CONTAINER", "STATUS", "HEALTH", "EXIT", "IMAGE", "REASON"], ...containers]),
  ].join("\n\n");
};
