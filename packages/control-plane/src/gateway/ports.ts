import type { Principal } from "./call.ts";
import type { RequiredPermission } from "./operation.ts";

/** What the gateway needs from outside its own room; the composition root gives it the real ones. */

export interface KnownAccessKey {
  readonly secretAccessKey: string;
  readonly principal: Principal;
}

export interface AccessKeys {
  /**
   * The secret and owner of an access key. Throws ServiceErrors: InvalidClientTokenId (403) where the key or
   * its session token is unknown, ExpiredToken (403) where the session is over. The well-known local key counts
   * for local callers only.
   */
  find(accessKeyId: string, sessionToken: string | undefined, isLocal: boolean): Promise<KnownAccessKey>;
}

/** Condition keys of the call itself: aws:SourceIp, aws:UserAgent, aws:CurrentTime, aws:RequestedRegion, … */
export type GlobalConditionKeys = Readonly<Record<string, readonly string[]>>;

/** How one permission on one resource was decided. */
export interface PermissionCheck {
  readonly action: string;
  readonly resource: string;
  readonly outcome: "allowed" | "explicitly-denied" | "not-allowed";
  /** Of the policy that decided; where nothing allows it, the type of which one would have to. */
  readonly policyType: string;
  readonly policy?: string;
  /** Its Sid, or its place in the policy from 1. */
  readonly statement?: string;
}

export type Decision =
  | { readonly kind: "allowed"; readonly checks: readonly PermissionCheck[] }
  /** The sentence that follows AWS's, such as `because no identity-based policy allows the ecs:RunTask action`. */
  | {
      readonly kind: "denied";
      readonly permission: RequiredPermission;
      readonly resource: string;
      readonly because: string;
      /** All that the call needs, also what is allowed. */
      readonly checks: readonly PermissionCheck[];
      /** The condition keys of the permission that was denied. */
      readonly context: ReadonlyMap<string, readonly string[]>;
    };

export interface Authoriser {
  /** Every permission must be allowed on each of its resources. The account's root user may do anything. */
  decide(
    principal: Principal,
    permissions: readonly RequiredPermission[],
    globalConditionKeys: GlobalConditionKeys,
  ): Promise<Decision>;
}

/** What the gateway tells of each call, served or refused; the audit room turns it into CloudTrail's shape. */
export interface CallRecord {
  readonly eventId: string;
  readonly requestId: string;
  readonly at: number;
  readonly service: string;
  readonly operation: string;
  readonly readOnly: boolean;
  readonly region: string;
  readonly accountId: string;
  readonly principal: Principal | undefined;
  readonly accessKeyId: string | undefined;
  readonly sourceAddress: string;
  readonly vpcEndpointId?: string | undefined;
  readonly userAgent: string;
  /** The parsed input and output; the members that the model marks sensitive are already replaced. */
  readonly requestParameters: unknown;
  readonly responseElements: unknown;
  readonly errorCode: string | undefined;
  readonly errorMessage: string | undefined;
  /** How the call's permissions were decided; undefined where it was not asked. */
  readonly checks?: readonly PermissionCheck[] | undefined;
}

/** Writes what a denial knows as a message that only those can read who may decode it. */
export type EncodeDenial = (principal: Principal, denial: Decision & { readonly kind: "denied" }) => string;

export interface AuditSink {
  record(call: CallRecord): void;
}
