import { invalidParameterValue } from "./errors.ts";

/** What a record holds where no format is given. https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html */
const defaultFlowLogFormat = [
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
]
  .map((field) => `\${${field}}`)
  .join(" ");

const furtherFields: readonly string[] = [
  "vpc-id",
  "subnet-id",
  "tcp-flags",
  "type",
  "pkt-srcaddr",
  "pkt-dstaddr",
  "region",
  "az-id",
  "flow-direction",
  "traffic-path",
  "ecs-cluster-arn",
  "ecs-cluster-name",
  "ecs-service-name",
  "ecs-task-definition-arn",
  "ecs-task-arn",
  "ecs-task-id",
];

const known: ReadonlySet<string> = new Set([
  ...defaultFlowLogFormat.split(" "),
  ...furtherFields.map((field) => `\${${field}}`),
]);

/** The fields of each record, as AWS writes a format. Throws InvalidParameterValue. */
export const readFlowLogFormat = (text: string | undefined): string => {
  if (text === undefined || text === "") return defaultFlowLogFormat;
  for (const field of text.split(" ")) {
    if (!known.has(field)) throw invalidParameterValue(`Unknown fields provided: ${field.slice(0, 60)}`);
  }
  return text;
};
