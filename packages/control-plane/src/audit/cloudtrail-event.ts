import type { Principal } from "../gateway/call.ts";
import type { CallRecord, PermissionCheck } from "../gateway/ports.ts";

/**
 * A record of one call as CloudTrail writes it.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
 */
export interface CloudTrailEvent {
  readonly eventVersion: string;
  readonly userIdentity: UserIdentity;
  /** ISO 8601, whole seconds. */
  readonly eventTime: string;
  readonly eventSource: string;
  readonly eventName: string;
  readonly awsRegion: string;
  readonly sourceIPAddress: string;
  readonly vpcEndpointId?: string;
  readonly userAgent: string;
  readonly errorCode?: string;
  readonly errorMessage?: string;
  readonly requestParameters: unknown;
  readonly responseElements: unknown;
  /** How IAM decided the call's permissions. */
  readonly additionalEventData?: { readonly authorization: readonly PermissionCheck[] };
  readonly requestID: string;
  readonly eventID: string;
  readonly readOnly: boolean;
  readonly eventType: "AwsApiCall";
  readonly managementEvent: boolean;
  readonly recipientAccountId: string;
  readonly eventCategory: "Management";
}

interface UserIdentity {
  readonly type: "Root" | "IAMUser" | "AssumedRole" | "FederatedUser" | "Unknown";
  readonly principalId?: string;
  readonly arn?: string;
  readonly accountId?: string;
  readonly accessKeyId?: string;
  readonly userName?: string;
  readonly sessionContext?: SessionContext;
}

interface SessionContext {
  readonly sourceIdentity?: string;
  readonly sessionIssuer?: {
    readonly type: "Role" | "IAMUser";
    readonly principalId?: string;
    readonly arn: string;
    readonly accountId: string;
    readonly userName: string;
  };
  readonly attributes: { readonly creationDate?: string; readonly mfaAuthenticated: "false" };
}

const eventVersion = "1.11";

export const cloudTrailEvent = (call: CallRecord): CloudTrailEvent => ({
  eventVersion,
  userIdentity: userIdentity(call.principal, call.accessKeyId),
  eventTime: wholeSeconds(call.at),
  eventSource: `${call.service}.amazonaws.com`,
  eventName: call.operation,
  awsRegion: call.region,
  sourceIPAddress: call.sourceAddress,
  ...(call.vpcEndpointId === undefined ? {} : { vpcEndpointId: call.vpcEndpointId }),
  userAgent: call.userAgent,
  ...(call.errorCode === undefined ? {} : { errorCode: call.errorCode }),
  ...(call.errorMessage === undefined ? {} : { errorMessage: call.errorMessage }),
  requestParameters: withLowerInitials(call.requestParameters) ?? null,
  // CloudTrail leaves out what only-reading calls answer.
  responseElements: call.readOnly ? null : (withLowerInitials(call.responseElements) ?? null),
  ...decisions(call),
  requestID: call.requestId,
  eventID: call.eventId,
  readOnly: call.readOnly,
  eventType: "AwsApiCall",
  managementEvent: true,
  recipientAccountId: call.accountId,
  eventCategory: "Management",
});

const wholeSeconds = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;

const userIdentity = (principal: Principal | undefined, accessKeyId: string | undefined): UserIdentity => {
  const key = accessKeyId === undefined ? {} : { accessKeyId };
  if (principal === undefined) return { type: "Unknown", ...key };
  const { arn, accountId, userId: principalId } = principal;
  switch (principal.kind) {
    case "root":
      return { type: "Root", principalId, arn, accountId, ...key };
    case "user":
      return { type: "IAMUser", principalId, arn, accountId, ...key, userName: principal.userName };
    case "anonymous":
      return { type: "Unknown", principalId };
    case "federated-user":
      return {
        type: "FederatedUser",
        principalId,
        arn,
        accountId,
        ...key,
        sessionContext: {
          ...(principal.issuer === undefined ? {} : { sessionIssuer: userIssuer(accountId, principal.issuer) }),
          attributes: sessionAttributes(principal.issuedAt),
        },
      };
    case "assumed-role":
      return {
        type: "AssumedRole",
        principalId,
        arn,
        accountId,
        ...key,
        sessionContext: {
          sessionIssuer: {
            type: "Role",
            principalId: principalId.slice(0, principalId.indexOf(":")),
            arn: principal.roleArn,
            accountId,
            userName: principal.roleName,
          },
          attributes: sessionAttributes(principal.issuedAt),
          ...(principal.session?.sourceIdentity === undefined
            ? {}
            : { sourceIdentity: principal.session.sourceIdentity }),
        },
      };
  }
};

const sessionAttributes = (issuedAt: number | undefined): SessionContext["attributes"] => ({
  ...(issuedAt === undefined ? {} : { creationDate: wholeSeconds(issuedAt) }),
  mfaAuthenticated: "false",
});

const userIssuer = (
  accountId: string,
  { arn, userName }: { readonly arn: string; readonly userName: string },
): NonNullable<SessionContext["sessionIssuer"]> => ({ type: "IAMUser", arn, accountId, userName });

/** That root may do what it did needs no telling. */
const decisions = ({ checks, principal }: CallRecord): Pick<CloudTrailEvent, "additionalEventData"> => {
  if (checks === undefined || checks.length === 0) return {};
  if (principal?.kind === "root" && checks.every(({ outcome }) => outcome === "allowed")) return {};
  return { additionalEventData: { authorization: checks } };
};

/** CloudTrail writes members' names with a small first letter, whatever the service's own are; a Map's keys are data. */
const withLowerInitials = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withLowerInitials);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return { bytes: value.length };
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Map) {
    return Object.fromEntries([...value].map(([key, found]) => [String(key), withLowerInitials(found)]));
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name.charAt(0).toLowerCase() + name.slice(1),
      withLowerInitials(member),
    ]),
  );
};
