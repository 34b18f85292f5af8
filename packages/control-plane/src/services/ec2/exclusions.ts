import { type ExclusionRecord, findExclusion } from "./block-public-access.ts";
import { describable } from "./describables.ts";
import { exclusionNotFound } from "./errors.ts";
import { requireOwned } from "./ownership.ts";
import { excludedArn, exclusionState } from "./views/block-public-access.ts";

export const requireExclusion = requireOwned("exclusionId", findExclusion, exclusionNotFound);

export const describableExclusion = describable<ExclusionRecord>(exclusionNotFound, {
  "exclusion-id": ({ id }) => id,
  "internet-gateway-exclusion-mode": ({ mode }) => mode,
  "resource-arn": excludedArn,
  state: exclusionState,
});
