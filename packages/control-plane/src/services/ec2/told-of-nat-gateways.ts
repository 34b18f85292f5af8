import type { NatGatewayRecord } from "./connectivity-collections.ts";

/** How long AWS tells of a gateway that was deleted or that failed: about an hour. */
const toldOfMilliseconds = 60 * 60 * 1000;

/** Whether a gateway that ended was told of long enough. */
export const isForgotten = ({ deletedAt, failure, createdAt }: NatGatewayRecord, now: number): boolean => {
  const endedAt = deletedAt ?? (failure === undefined ? undefined : createdAt);
  return endedAt !== undefined && endedAt + toldOfMilliseconds < now;
};
