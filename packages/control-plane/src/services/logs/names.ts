import { formatArn, parseArn } from "@fleetless/kernel";
import type { Scope } from "./collections.ts";
import { constraintViolated, invalidParameter, logGroupNotFound } from "./errors.ts";

export const checkGroupName = (name: string, member = "logGroupName"): string => {
  if (name.length < 1 || name.length > 512) {
    const bound = name.length < 1 ? "greater than or equal to 1" : "less than or equal to 512";
    throw constraintViolated(name, member, `Member must have length ${bound}`);
  }
  if (!/^[.\-_/#A-Za-z0-9]+$/.test(name)) {
    throw constraintViolated(name, member, "Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+");
  }
  return name;
};

export const checkStreamName = (name: string, member = "logStreamName"): string => {
  if (name.length < 1 || name.length > 512) {
    const bound = name.length < 1 ? "greater than or equal to 1" : "less than or equal to 512";
    throw constraintViolated(name, member, `Member must have length ${bound}`);
  }
  const printable = [...name].every((character) => character >= " " && character < "\uD800");
  if (!printable || /[:*]/.test(name)) {
    throw constraintViolated(name, member, "Member must satisfy regular expression pattern: [^:*]*");
  }
  return name;
};

/** `arn:aws:logs:<region>:<account>:log-group:<name>`, without the `:*` that policies and DescribeLogGroups add. */
export const logGroupArn = (scope: Scope, name: string): string =>
  formatArn({ service: "logs", region: scope.region, accountId: scope.accountId, resource: `log-group:${name}` });

/** Also what AWS checks permissions on; a call on the whole group has an empty stream name. */
export const logStreamArn = (scope: Scope, group: string, stream: string): string =>
  `${logGroupArn(scope, group)}:log-stream:${stream}`;

/** The name in a group's ARN, with or without `:*`. Throws where it is another account's, region's or service's. */
export const groupNameInArn = (arn: string, scope: Scope): string => {
  const parts = parseArn(arn);
  const name = parts === undefined ? undefined : /^log-group:([^:]+)(:\*)?$/.exec(parts.resource)?.[1];
  if (parts === undefined || parts.service !== "logs" || name === undefined) {
    throw invalidParameter(`Invalid ARN: ${arn.slice(0, 600)}`);
  }
  if (parts.accountId !== scope.accountId || parts.region !== scope.region) throw logGroupNotFound();
  return checkGroupName(name);
};

export interface GroupIdentification {
  readonly logGroupName?: string | undefined;
  readonly logGroupIdentifier?: string | undefined;
}

/** The group that a call names by name, or by a name or ARN as its identifier; never by both. */
export const groupNameOf = (input: GroupIdentification, scope: Scope): string => {
  const { logGroupName: name, logGroupIdentifier: identifier } = input;
  if (name !== undefined && identifier !== undefined) {
    throw invalidParameter("LogGroup name and LogGroup identifier cannot both be specified.");
  }
  if (name !== undefined) return checkGroupName(name);
  if (identifier === undefined)
    throw invalidParameter("Either LogGroup name or LogGroup identifier must be specified.");
  return identifier.startsWith("arn:")
    ? groupNameInArn(identifier, scope)
    : checkGroupName(identifier, "logGroupIdentifier");
};

/** For authorisation: like groupNameOf, but what cannot be read is left to the handler to refuse. */
export const groupNameForPolicy = (input: GroupIdentification): string => {
  const identifier = input.logGroupName ?? input.logGroupIdentifier ?? "";
  return identifier.startsWith("arn:") ? (identifier.split(":")[6] ?? "") : identifier;
};

/** For authorisation: the ARN of the group itself, however a call spells it. */
export const groupArnForPolicy = (resourceArn: string | undefined, scope: Scope): string =>
  logGroupArn(scope, groupNameForPolicy({ logGroupIdentifier: resourceArn }));
