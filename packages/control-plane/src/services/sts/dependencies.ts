import type { AccountId } from "@fleetless/kernel";
import type { Principal, SessionFacts } from "../../gateway/call.ts";
import type { Issuer, IssuerKeys } from "./web-identity/issuer-keys.ts";

/** A role as far as assuming it goes. */
export interface AssumableRole {
  readonly arn: string;
  readonly accountId: string;
  /** Such as `AROAEXAMPLE`. */
  readonly roleId: string;
  readonly roleName: string;
  /** Seconds. */
  readonly maxSessionDuration: number;
  /** The JSON document that says who may assume the role. */
  readonly trustPolicy: string;
}

/** Temporary keys, as they are handed to a client. */
export interface TemporaryCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
}

interface OidcProvider extends Issuer {
  readonly arn: string;
  readonly clientIds: readonly string[];
}

interface RoleSessionRequest {
  readonly accountId: AccountId;
  readonly role: AssumableRole;
  readonly sessionName: string;
  /** Policy documents that narrow what the role may do. */
  readonly sessionPolicies: readonly string[];
  readonly durationSeconds: number;
  readonly session: SessionFacts;
}

interface FederatedSessionRequest {
  /** The user or root whose rights the session has at most. */
  readonly principal: Principal;
  readonly name: string;
  readonly sessionPolicies: readonly string[];
  readonly durationSeconds: number;
  readonly session: SessionFacts;
}

interface UserSessionRequest {
  /** The user or root whose rights the session has. */
  readonly principal: Principal;
  readonly durationSeconds: number;
}

/** What sts needs of the rooms that hold identities and make credentials. */
export interface StsDependencies {
  findRole(accountId: AccountId, roleName: string): Promise<AssumableRole | undefined>;
  /** The default version's document of a managed policy. */
  findManagedPolicy(accountId: AccountId, policyArn: string): Promise<string | undefined>;
  /** Why a text is no policy document, or undefined where it is one. */
  policyProblem(document: string): string | undefined;
  issueRoleSession(request: RoleSessionRequest): Promise<TemporaryCredentials>;
  issueUserSession(request: UserSessionRequest): Promise<TemporaryCredentials>;
  issueFederatedSession(request: FederatedSessionRequest): Promise<TemporaryCredentials>;
  /** The account's OpenID Connect provider whose tokens name this issuer. */
  findOidcProvider(accountId: AccountId, issuer: string): Promise<OidcProvider | undefined>;
  readonly issuerKeys: IssuerKeys;
  /** Whether a role's trust policy lets a provider's user do an action. */
  providerMayAssume(
    role: AssumableRole,
    asked: {
      readonly action: string;
      readonly provider: string;
      readonly conditionKeys: Readonly<Record<string, readonly string[]>>;
    },
  ): boolean;
  /** Whose a lasting access key is. */
  accountOfKey(accessKeyId: string): Promise<string | undefined>;
  decodeAuthorizationMessage(message: string): string | undefined;
}
