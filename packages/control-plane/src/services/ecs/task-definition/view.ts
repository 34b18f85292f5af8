import type { TaskDefinition } from "@aws-sdk/client-ecs";
import type { TaskDefinitionRecord } from "../collections.ts";

const date = (milliseconds: number | undefined): Date | undefined =>
  milliseconds === undefined ? undefined : new Date(milliseconds);

/** A record as DescribeTaskDefinition shows it. */
export const taskDefinitionView = (record: TaskDefinitionRecord): TaskDefinition => ({
  ...record.body,
  taskDefinitionArn: record.arn,
  family: record.family,
  revision: record.revision,
  status: record.status,
  registeredAt: date(record.registeredAt),
  registeredBy: record.registeredBy,
  deregisteredAt: date(record.deregisteredAt),
  deleteRequestedAt: date(record.deleteRequestedAt),
});
