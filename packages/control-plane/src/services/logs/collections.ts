import { defineCollection } from "../../state/store.ts";

export interface Scope {
  readonly accountId: string;
  readonly region: string;
}

export interface LogGroupRecord extends Scope {
  readonly name: string;
  /** Under which the group's events are kept: a group made anew under an old name never sees the old events. */
  readonly eventsKey: string;
  readonly logGroupClass: "STANDARD" | "INFREQUENT_ACCESS";
  readonly retentionInDays?: number;
  readonly createdAt: number;
  readonly tags: Readonly<Record<string, string>>;
}

export interface LogStreamRecord {
  readonly name: string;
  /** Begins with the name, so that a prefix of names is one of keys. */
  readonly eventsKey: string;
  readonly createdAt: number;
}

/** Events whose group or stream is gone and which are still to be deleted. */
export interface PendingDeletion {
  readonly group: string;
  readonly stream?: string;
}

export const scopePrefix = (scope: Scope): string => `${scope.accountId}/${scope.region}/`;
export const groupKey = (scope: Scope, name: string): string => `${scopePrefix(scope)}${name}`;
/** A group's name may hold a slash, but no colon. */
export const streamPrefix = (scope: Scope, group: string): string => `${groupKey(scope, group)}:`;
export const streamKey = (scope: Scope, group: string, stream: string): string =>
  `${streamPrefix(scope, group)}${stream}`;

/** Between a stream's name and what makes its key unique; no name may hold it. */
export const eventsKeySeparator = "\n";
export const streamNameOf = (eventsKey: string): string =>
  eventsKey.slice(0, eventsKey.lastIndexOf(eventsKeySeparator));

export const logGroups = defineCollection<LogGroupRecord>("logs.groups");
export const logStreams = defineCollection<LogStreamRecord>("logs.streams");
/** By the key of the events. */
export const pendingDeletions = defineCollection<PendingDeletion>("logs.pending-deletions");
