import type { Clock, Logger } from "@fleetless/kernel";
import type { SecretSealer } from "../../credentials/sealing.ts";
import type { Call } from "../../gateway/call.ts";
import { globalConditionKeys } from "../../gateway/condition-keys.ts";
import type { Authoriser } from "../../gateway/ports.ts";
import type { Store } from "../../state/store.ts";
import type { KeyUse, KeyUser } from "../kms/service.ts";

/** What the handlers and controllers of Systems Manager's parameters work with. */
export interface SsmDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Seals the values that no KMS key protects. */
  readonly sealer: SecretSealer;
  readonly keys: KeyUse;
  readonly authoriser: Authoriser;
}

/** The caller, as the one in whose name keys are used. */
export const keyUserOf = (call: Call): KeyUser => ({
  principal: call.principal,
  scope: { accountId: call.accountId, region: call.region },
  conditionKeys: globalConditionKeys(call),
  viaService: "ssm",
});
