import type { OperationsOf } from "../../gateway/bind-operations.ts";
import type { StsDependencies } from "./dependencies.ts";
import { assumeRole } from "./handlers/assume-role.ts";
import { getCallerIdentity } from "./handlers/get-caller-identity.ts";
import { getSessionToken } from "./handlers/get-session-token.ts";

/** Every operation that sts has, under the SDK's name for it. */
export const stsOperations = {
  AssumeRole: assumeRole,
  GetCallerIdentity: getCallerIdentity,
  GetSessionToken: getSessionToken,
} satisfies OperationsOf<typeof import("@aws-sdk/client-sts"), StsDependencies>;
