import type { AccountId, Clock } from "@fleetless/kernel";
import type { SessionFacts } from "../gateway/call.ts";
import { newSecretAccessKey, newUniqueId, type RoleRecord, type UserRecord } from "../services/iam/service.ts";
import type { Claims, SessionTokens } from "./session-token.ts";

interface TemporaryCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** Milliseconds since the Unix epoch. */
  readonly expiration: number;
}

interface RoleSessionRequest {
  readonly role: RoleRecord;
  readonly sessionName: string;
  readonly durationSeconds: number;
  /** Policy documents that narrow the role; none stands for all that the role may do. */
  readonly sessionPolicies?: readonly string[];
  /** The AWS service for which the session is, where it is for one. */
  readonly service?: string;
  readonly session?: SessionFacts;
}

interface FederatedSessionRequest {
  readonly accountId: AccountId;
  readonly name: string;
  /** Whose rights the session has; root's where undefined. */
  readonly user: UserRecord | undefined;
  readonly sessionPolicies: readonly string[];
  readonly durationSeconds: number;
  readonly session: SessionFacts;
}

/** Makes temporary keys. Whether someone may have them is decided before. */
export interface Sessions {
  issueRoleSession(request: RoleSessionRequest): TemporaryCredentials;
  issueUserSession(user: UserRecord, durationSeconds: number): TemporaryCredentials;
  issueRootSession(accountId: AccountId, durationSeconds: number): TemporaryCredentials;
  issueFederatedSession(request: FederatedSessionRequest): TemporaryCredentials;
}

export const createSessions = (tokens: SessionTokens, clock: Clock): Sessions => {
  const issue = <Kind extends Claims>(
    durationSeconds: number,
    claimsOf: (base: Pick<Claims, "accessKeyId" | "secretAccessKey" | "issuedAt" | "expiresAt">) => Kind,
  ): TemporaryCredentials => {
    const issuedAt = clock.now();
    // Clients read whole seconds.
    const expiresAt = Math.floor(issuedAt / 1_000 + durationSeconds) * 1_000;
    const accessKeyId = newUniqueId("ASIA");
    const secretAccessKey = newSecretAccessKey();
    const sessionToken = tokens.write(claimsOf({ accessKeyId, secretAccessKey, issuedAt, expiresAt }));
    return { accessKeyId, secretAccessKey, sessionToken, expiration: expiresAt };
  };
  return {
    issueRoleSession: ({ role, sessionName, durationSeconds, sessionPolicies = [], service, session }) =>
      issue(durationSeconds, (base) => ({
        ...base,
        kind: "role",
        accountId: role.accountId,
        roleName: role.roleName,
        roleArn: role.arn,
        roleId: role.roleId,
        sessionName,
        sessionPolicies,
        ...(service === undefined ? {} : { service }),
        ...(session === undefined ? {} : { session }),
      })),
    issueUserSession: (user, durationSeconds) =>
      issue(durationSeconds, (base) => ({
        ...base,
        kind: "user",
        accountId: user.accountId,
        userName: user.userName,
        userId: user.userId,
      })),
    issueFederatedSession: ({ accountId, name, user, sessionPolicies, durationSeconds, session }) =>
      issue(durationSeconds, (base) => ({
        ...base,
        kind: "federated",
        accountId,
        name,
        issuer: user === undefined ? undefined : { userName: user.userName, userId: user.userId },
        sessionPolicies,
        session,
      })),
    issueRootSession: (accountId, durationSeconds) =>
      issue(durationSeconds, (base) => ({ ...base, kind: "root", accountId })),
  };
};
