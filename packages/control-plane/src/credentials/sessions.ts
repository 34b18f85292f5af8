import type { AccountId, Clock } from "@fleetless/kernel";
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
}

/** Makes temporary keys. Whether someone may have them is decided before. */
export interface Sessions {
  issueRoleSession(request: RoleSessionRequest): TemporaryCredentials;
  issueUserSession(user: UserRecord, durationSeconds: number): TemporaryCredentials;
  issueRootSession(accountId: AccountId, durationSeconds: number): TemporaryCredentials;
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
    issueRoleSession: ({ role, sessionName, durationSeconds, sessionPolicies = [], service }) =>
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
      })),
    issueUserSession: (user, durationSeconds) =>
      issue(durationSeconds, (base) => ({
        ...base,
        kind: "user",
        accountId: user.accountId,
        userName: user.userName,
        userId: user.userId,
      })),
    issueRootSession: (accountId, durationSeconds) =>
      issue(durationSeconds, (base) => ({ ...base, kind: "root", accountId })),
  };
};
