import type { ChangeInfo } from "@aws-sdk/client-route-53";
import type { Transaction } from "../../state/store.ts";
import { type ChangeRecord, changes, type HostedZoneRecord } from "./collections.ts";
import { newChangeId } from "./ids.ts";

/** Notes that a zone changed. Only what resolvers answer from has to reach nodes; the rest is in sync at once. */
export const submitChange = (
  transaction: Transaction,
  zone: HostedZoneRecord,
  now: number,
  comment?: string,
): ChangeRecord => {
  const change: ChangeRecord = {
    id: newChangeId(),
    accountId: zone.accountId,
    zoneId: zone.id,
    submittedAt: now,
    status: zone.isPrivate ? "PENDING" : "INSYNC",
    nodes: [],
    ...(comment === undefined ? {} : { comment }),
  };
  transaction.insert(changes, change.id, change);
  return change;
};

export const changeInfo = (change: ChangeRecord): ChangeInfo => ({
  Id: `/change/${change.id}`,
  Status: change.status,
  SubmittedAt: new Date(change.submittedAt),
  ...(change.comment === undefined ? {} : { Comment: change.comment }),
});
