import type { OperationsOf } from "../../gateway/bind-operations.ts";
import type { StsDependencies } from "./dependencies.ts";
import { assumeRole } from "./handlers/assume-role.ts";
import { assumeRoleWithWebIdentity } from "./handlers/assume-role-with-web-identity.ts";
import { decodeAuthorizationMessage } from "./handlers/decode-authorization-message.ts";
import { getAccessKeyInfo } from "./handlers/get-access-key-info.ts";
import { getCallerIdentity } from "./handlers/get-caller-identity.ts";
import { getFederationToken } from "./handlers/get-federation-token.ts";
import { getSessionToken } from "./handlers/get-session-token.ts";

/** Every operation that sts has, under the SDK's name for it. */
export const stsOperations = {
  AssumeRole: assumeRole,
  AssumeRoleWithWebIdentity: assumeRoleWithWebIdentity,
  DecodeAuthorizationMessage: decodeAuthorizationMessage,
  GetAccessKeyInfo: getAccessKeyInfo,
  GetCallerIdentity: getCallerIdentity,
  GetFederationToken: getFederationToken,
  GetSessionToken: getSessionToken,
} satisfies OperationsOf<typeof import("@aws-sdk/client-sts"), StsDependencies>;
