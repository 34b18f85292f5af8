import type { Clock } from "@fleetless/kernel";
import type { CallHistory } from "../../audit/call-history.ts";
import type { SecretSealer } from "../../credentials/sealing.ts";
import type { Store } from "../../state/store.ts";

/** What the handlers of IAM work with. */
export interface IamDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly sealer: SecretSealer;
  /** When an account began, in milliseconds since the Unix epoch: its root user is as old. */
  readonly accountCreatedAt: (accountId: string) => Promise<number>;
  readonly callHistory: CallHistory;
}

/** What the secret of an access key is sealed for. */
export const accessKeySecretPurpose = (accessKeyId: string): string => `access-key/${accessKeyId}`;

/** What a handler answers: the SDK's output without the SDK's own metadata. */
export type Answer<Output> = Omit<Output, "$metadata">;
