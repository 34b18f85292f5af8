import type { LogEvent } from "@fleetless/kernel";
import type { RequiredPermission } from "../../gateway/operation.ts";
import type { Scope } from "./collections.ts";
import type { LogsDependencies } from "./dependencies.ts";
import { acceptedRange } from "./event-limits.ts";
import { checkGroupName, checkStreamName, logStreamArn } from "./names.ts";
import { findGroup, findStream, insertGroup, insertStream, requireStream } from "./repository.ts";

export interface LogStreamLocation extends Scope {
  readonly group: string;
  readonly stream: string;
}

/** What node sessions do with logs on behalf of the containers they carry; they authorise each call themselves. */
export interface LogIngestion {
  /**
   * Makes sure that a stream exists, and its group too where `createGroup` says so. Throws
   * ResourceNotFoundException and InvalidParameterException.
   */
  ensureLogStream(location: LogStreamLocation & { readonly createGroup: boolean }): Promise<void>;
  /**
   * Stores a batch of a stream's one sender; a batch whose number is not above the last stored one is
   * acknowledged and not stored again. Events that PutLogEvents would reject for their time are left out.
   * Throws ResourceNotFoundException.
   */
  ingestLogEvents(
    delivery: LogStreamLocation & { readonly batch: number; readonly events: readonly LogEvent[] },
  ): Promise<void>;
}

export const createLogIngestion = ({ store, events, clock }: Omit<LogsDependencies, "logger">): LogIngestion => ({
  ensureLogStream: async ({ group, stream, createGroup, ...scope }) => {
    checkGroupName(group);
    checkStreamName(stream);
    await store.transaction(async (transaction) => {
      const now = clock.now();
      if (createGroup && (await findGroup(transaction, scope, group)) === undefined) {
        const owner = { accountId: scope.accountId, region: scope.region };
        await insertGroup(transaction, { ...owner, name: group, logGroupClass: "STANDARD", createdAt: now, tags: {} });
      }
      if ((await findStream(transaction, scope, group, stream)) === undefined) {
        await insertStream(transaction, scope, group, stream, now);
      }
    });
  },
  ingestLogEvents: async (delivery) => {
    const { group, stream } = await store.read((transaction) =>
      requireStream(transaction, delivery, delivery.group, delivery.stream),
    );
    const now = clock.now();
    const inOrder = delivery.events.toSorted((a, b) => a.timestamp - b.timestamp);
    await events.append({
      group: group.eventsKey,
      stream: stream.eventsKey,
      ingestionTime: now,
      events: acceptedRange(inOrder, now, group.retentionInDays).accepted,
      batch: delivery.batch,
    });
  },
});

/** What a role needs so that ensureLogStream may be done for it. */
export const permissionsToCreateLogStream = ({
  group,
  stream,
  createGroup,
  ...scope
}: LogStreamLocation & { readonly createGroup: boolean }): readonly RequiredPermission[] => [
  ...(createGroup ? [{ action: "logs:CreateLogGroup", resources: [logStreamArn(scope, group, "")] }] : []),
  { action: "logs:CreateLogStream", resources: [logStreamArn(scope, group, stream)] },
];

/** What a role needs so that ingestLogEvents may be done for it. */
export const permissionsToIngestLogEvents = ({
  group,
  stream,
  ...scope
}: LogStreamLocation): readonly RequiredPermission[] => [
  { action: "logs:PutLogEvents", resources: [logStreamArn(scope, group, stream)] },
];
