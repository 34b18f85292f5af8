import { randomBytes } from "node:crypto";
import { parseArn } from "@fleetless/kernel";
import type { ReadTransaction, Transaction } from "../../state/store.ts";
import {
  eventsKeySeparator,
  groupKey,
  type LogGroupRecord,
  type LogStreamRecord,
  logGroups,
  logStreams,
  type PendingDeletion,
  pendingDeletions,
  type Scope,
  scopePrefix,
  streamKey,
  streamPrefix,
} from "./collections.ts";
import { logGroupExists, logGroupNotFound, logStreamExists, logStreamNotFound } from "./errors.ts";

export const findGroup = (transaction: ReadTransaction, scope: Scope, name: string) =>
  transaction.get(logGroups, groupKey(scope, name));

/** Throws ResourceNotFoundException. */
export const requireGroup = async (
  transaction: ReadTransaction,
  scope: Scope,
  name: string,
): Promise<LogGroupRecord> => {
  const group = await findGroup(transaction, scope, name);
  if (group === undefined) throw logGroupNotFound();
  return group;
};

export const findStream = (transaction: ReadTransaction, scope: Scope, group: string, stream: string) =>
  transaction.get(logStreams, streamKey(scope, group, stream));

/** Throws ResourceNotFoundException, of the group or of the stream. */
export const requireStream = async (
  transaction: ReadTransaction,
  scope: Scope,
  groupName: string,
  streamName: string,
): Promise<{ readonly group: LogGroupRecord; readonly stream: LogStreamRecord }> => {
  const group = await requireGroup(transaction, scope, groupName);
  const stream = await findStream(transaction, scope, groupName, streamName);
  if (stream === undefined) throw logStreamNotFound();
  return { group, stream };
};

export const insertGroup = async (
  transaction: Transaction,
  group: Omit<LogGroupRecord, "eventsKey">,
): Promise<LogGroupRecord> => {
  const key = groupKey(group, group.name);
  if ((await transaction.get(logGroups, key)) !== undefined) throw logGroupExists();
  const record = { ...group, eventsKey: `${key}${eventsKeySeparator}${randomBytes(6).toString("hex")}` };
  transaction.insert(logGroups, key, record);
  return record;
};

/** Reads the group, so that a stream is never made in a group that is deleted at the same time. */
export const insertStream = async (
  transaction: Transaction,
  scope: Scope,
  groupName: string,
  name: string,
  createdAt: number,
): Promise<LogStreamRecord> => {
  await requireGroup(transaction, scope, groupName);
  if ((await findStream(transaction, scope, groupName, name)) !== undefined) throw logStreamExists();
  const record = { name, createdAt, eventsKey: `${name}${eventsKeySeparator}${randomBytes(6).toString("hex")}` };
  transaction.insert(logStreams, streamKey(scope, groupName, name), record);
  return record;
};

export const putGroup = (transaction: Transaction, group: LogGroupRecord): void =>
  transaction.put(logGroups, groupKey(group, group.name), group);

export const removeGroup = async (transaction: Transaction, group: LogGroupRecord): Promise<void> => {
  for (const { key } of await transaction.list(logStreams, { prefix: streamPrefix(group, group.name) })) {
    transaction.delete(logStreams, key);
  }
  transaction.delete(logGroups, groupKey(group, group.name));
  transaction.put(pendingDeletions, group.eventsKey, { group: group.eventsKey });
};

export const removeStream = (transaction: Transaction, group: LogGroupRecord, stream: LogStreamRecord): void => {
  transaction.delete(logStreams, streamKey(group, group.name, stream.name));
  transaction.put(pendingDeletions, `${group.eventsKey}:${stream.eventsKey}`, {
    group: group.eventsKey,
    stream: stream.eventsKey,
  });
};

export const groupsWithPrefix = async (
  transaction: ReadTransaction,
  scope: Scope,
  prefix: string,
): Promise<readonly LogGroupRecord[]> =>
  (await transaction.list(logGroups, { prefix: `${scopePrefix(scope)}${prefix}` })).map(({ document }) => document);

export interface StreamPage {
  /** The name of the last stream of the page before. */
  readonly after?: string | undefined;
  readonly descending?: boolean | undefined;
  readonly limit?: number;
}

/** In the order of their names, or against it. */
export const streamsWithPrefix = async (
  transaction: ReadTransaction,
  group: LogGroupRecord,
  prefix: string,
  { after, descending = false, limit }: StreamPage = {},
): Promise<readonly LogStreamRecord[]> => {
  const found = await transaction.list(logStreams, {
    prefix: `${streamPrefix(group, group.name)}${prefix}`,
    descending,
    ...(after === undefined ? {} : { after: streamKey(group, group.name, after) }),
    ...(limit === undefined ? {} : { limit }),
  });
  return found.map(({ document }) => document);
};

export const allGroups = async (transaction: ReadTransaction): Promise<readonly LogGroupRecord[]> =>
  (await transaction.list(logGroups)).map(({ document }) => document);

export const allPendingDeletions = (
  transaction: ReadTransaction,
): Promise<readonly { readonly key: string; readonly document: PendingDeletion }[]> =>
  transaction.list(pendingDeletions);

export const removePendingDeletion = (transaction: Transaction, key: string): void =>
  transaction.delete(pendingDeletions, key);

/** The tags of a group by its ARN or by that of one of its streams; a stream has none of its own. */
export const tagsOfArn = async (
  transaction: ReadTransaction,
  text: string,
): Promise<Readonly<Record<string, string>> | undefined> => {
  const arn = parseArn(text);
  const name = arn === undefined ? undefined : /^log-group:([^:*]+)(:|$)/.exec(arn.resource)?.[1];
  return arn === undefined || name === undefined ? undefined : (await findGroup(transaction, arn, name))?.tags;
};
