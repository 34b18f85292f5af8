import type { Clock, Logger } from "@fleetless/kernel";
import type { SecretSealer } from "../../credentials/sealing.ts";
import type { Authoriser } from "../../gateway/ports.ts";
import type { Store } from "../../state/store.ts";

/** What the handlers and controllers of kms work with. */
export interface KmsDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Seals key material under the root key. */
  readonly sealer: SecretSealer;
  /** Whether a new key policy locks its author out. */
  readonly authoriser: Authoriser;
}
