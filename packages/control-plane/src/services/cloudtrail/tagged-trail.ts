import type { ReadTransaction } from "../../state/store.ts";
import type { Scope, TrailRecord } from "./collections.ts";
import { arnInvalid, resourceNotFound } from "./errors.ts";
import { trailReference } from "./names.ts";
import { findTrail } from "./repository.ts";

/** The trail that a tag operation names by its ARN. Throws CloudTrailARNInvalidException and ResourceNotFoundException. */
export const requireTaggedTrail = async (
  transaction: ReadTransaction,
  arn: string | undefined,
  scope: Scope,
): Promise<TrailRecord> => {
  if (arn === undefined || !arn.startsWith("arn:")) throw arnInvalid(arn ?? "");
  const reference = trailReference(arn, scope);
  const trail = reference.accountId === scope.accountId ? await findTrail(transaction, reference.key) : undefined;
  if (trail === undefined) throw resourceNotFound(arn);
  return trail;
};
