import type { AccountId, Clock } from "@fleetless/kernel";
import type { SecretSealer } from "../../credentials/sealing.ts";
import type { Call } from "../../gateway/call.ts";
import type { Store } from "../../state/store.ts";

/** What the handlers of IAM work with. */
export interface IamDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly sealer: SecretSealer;
  readonly accountId: AccountId;
}

/** What the secret of an access key is sealed for. */
export const accessKeySecretPurpose = (accessKeyId: string): string => `access-key/${accessKeyId}`;

export const userArn = (call: Call, userName: string | undefined): string =>
  `arn:aws:iam::${call.accountId}:user/${userName ?? (call.principal.kind === "user" ? call.principal.userName : "*")}`;
