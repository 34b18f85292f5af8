import type { AccountId, Clock, EndpointPassage, Region } from "@fleetless/kernel";

/** Who makes a call, after its signature was verified. */
export type Principal =
  | {
      readonly kind: "root";
      readonly accountId: AccountId;
      readonly arn: string;
      readonly userId: string;
      /** When the session began, in milliseconds since the Unix epoch; undefined for keys that last. */
      readonly issuedAt?: number;
    }
  | {
      readonly kind: "user";
      readonly accountId: AccountId;
      readonly arn: string;
      readonly userId: string;
      readonly userName: string;
      readonly issuedAt?: number;
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
      readonly issuedAt?: number;
      readonly session?: SessionFacts;
    }
  /** A session that a user or root made with GetFederationToken. */
  | {
      readonly kind: "federated-user";
      readonly accountId: AccountId;
      /** `arn:aws:sts::<account>:federated-user/<name>`. */
      readonly arn: string;
      /** `<account>:<name>`. */
      readonly userId: string;
      /** Whose rights it has, within the session's policies; root's where undefined. */
      readonly issuer: { readonly userName: string; readonly arn: string } | undefined;
      readonly sessionPolicies: readonly string[];
      readonly issuedAt?: number;
      readonly session?: SessionFacts;
    }
  /** Nobody has signed the call, and its operation asks for no signature; the account is the instance's. */
  | { readonly kind: "anonymous"; readonly accountId: AccountId; readonly arn: string; readonly userId: string };

/** What a session was given when it began. */
export interface SessionFacts {
  /** Session tags by key; they hide the role's own of the same key. */
  readonly tags: Readonly<Record<string, string>>;
  /** Keys of those tags that go on to the sessions which this one begins. */
  readonly transitiveTagKeys: readonly string[];
  readonly sourceIdentity?: string;
  /** The identity provider's ARN. */
  readonly federatedProvider?: string;
  /** Condition keys of what the identity provider says, such as `token.example.com:sub`. */
  readonly providerKeys?: Readonly<Record<string, string>>;
}

/** All that a handler knows of the call it answers. */
export interface Call {
  readonly requestId: string;
  readonly accountId: AccountId;
  readonly region: Region;
  readonly principal: Principal;
  readonly accessKeyId: string;
  readonly sourceAddress: string;
  /** Through which the call came; undefined where it came by another way. */
  readonly endpoint?: EndpointPassage | undefined;
  readonly userAgent: string;
  /** Where the caller reached the gateway: the host, and the port where it is not the usual one. */
  readonly host: string;
  readonly clock: Clock;
}
