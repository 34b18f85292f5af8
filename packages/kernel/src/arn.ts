/** The parts of an Amazon Resource Name. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html */
export interface ArnParts {
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly accountId: string;
  /** All that follows the fifth colon, such as `task/default/0123`. */
  readonly resource: string;
}

/** The parts of `text`, or undefined where it is not an ARN. */
export const parseArn = (text: string): ArnParts | undefined => {
  const [prefix, partition, service, region, accountId, ...resource] = text.split(":");
  if (prefix !== "arn" || !partition || !service || region === undefined || accountId === undefined) return undefined;
  if (resource.length === 0 || resource[0] === "") return undefined;
  return { partition, service, region, accountId, resource: resource.join(":") };
};

export const formatArn = (parts: Omit<ArnParts, "partition"> & { readonly partition?: string }): string =>
  `arn:${parts.partition ?? "aws"}:${parts.service}:${parts.region}:${parts.accountId}:${parts.resource}`;
