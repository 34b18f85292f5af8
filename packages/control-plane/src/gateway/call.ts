import type { AccountId, Clock, Region } from "@fleetless/kernel";

/** Who makes a call, after its signature was verified. */
export type Principal =
  | { readonly kind: "root"; readonly accountId: AccountId; readonly arn: string; readonly userId: string }
  | {
      readonly kind: "user";
      readonly accountId: AccountId;
      readonly arn: string;
      readonly userId: string;
      readonly userName: string;
    }
  | {
      readonly kind: "assumed-role";
      readonly accountId: AccountId;
      /** `arn:aws:sts::<account>:assumed-role/<role>/<session>`. */
      readonly arn: string;
      /** `<role id>:<session>`. */
      readonly userId: string;
      readonly roleArn: string;
      readonly roleName: string;
      readonly sessionName: string;
      /** Policy documents passed with AssumeRole, which narrow what the role may do. */
      readonly sessionPolicies: readonly string[];
      /** When the session began, in milliseconds since the Unix epoch. */
      readonly issuedAt?: number;
    };

/** All that a handler knows of the call it answers. */
export interface Call {
  readonly requestId: string;
  readonly accountId: AccountId;
  readonly region: Region;
  readonly principal: Principal;
  readonly accessKeyId: string;
  readonly sourceAddress: string;
  readonly userAgent: string;
  readonly clock: Clock;
}
