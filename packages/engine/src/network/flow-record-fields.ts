const byVersion: readonly (readonly [version: number, fields: readonly string[]])[] = [
  [
    2,
    [
      "version",
      "account-id",
      "interface-id",
      "srcaddr",
      "dstaddr",
      "srcport",
      "dstport",
      "protocol",
      "packets",
      "bytes",
      "start",
      "end",
      "action",
      "log-status",
    ],
  ],
  [3, ["vpc-id", "subnet-id", "instance-id", "tcp-flags", "type", "pkt-srcaddr", "pkt-dstaddr"]],
  [4, ["region", "az-id", "sublocation-type", "sublocation-id"]],
  [5, ["pkt-src-aws-service", "pkt-dst-aws-service", "flow-direction", "traffic-path"]],
  [
    7,
    [
      "ecs-cluster-arn",
      "ecs-cluster-name",
      "ecs-container-instance-arn",
      "ecs-container-instance-id",
      "ecs-container-id",
      "ecs-second-container-id",
      "ecs-service-name",
      "ecs-task-definition-arn",
      "ecs-task-arn",
      "ecs-task-id",
    ],
  ],
  [8, ["reject-reason"]],
];

/** The version in which each field of a record came. https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html */
const versions: ReadonlyMap<string, number> = new Map(
  byVersion.flatMap(([version, fields]) => fields.map((field) => [field, version] as const)),
);

const written = (field: string): string => `$\{${field}}`;

/** What a record holds where a flow log names no format. */
export const defaultFlowLogFormat: string = (byVersion[0]?.[1] ?? []).map(written).join(" ");

/** The first part of a format that is no field, or undefined. */
export const unknownFlowLogField = (format: string): string | undefined =>
  format.split(" ").find((part) => !versions.has(fieldOf(part)) || part !== written(fieldOf(part)));

export const fieldOf = (part: string): string => part.replace(/^\$\{|\}$/g, "");

/** What a record says of its own version: the highest of those of its fields. */
export const versionOfFormat = (fields: readonly string[]): number =>
  Math.max(2, ...fields.map((field) => versions.get(field) ?? 2));
