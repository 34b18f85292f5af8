import type { Call, Principal } from "./call.ts";
import type { GlobalConditionKeys } from "./ports.ts";

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html */
export const globalConditionKeys = (call: Call): GlobalConditionKeys => {
  const now = call.clock.now();
  const { principal } = call;
  return {
    "aws:SourceIp": [call.sourceAddress],
    "aws:UserAgent": [call.userAgent],
    "aws:CurrentTime": [new Date(now).toISOString()],
    "aws:EpochTime": [String(Math.floor(now / 1000))],
    "aws:RequestedRegion": [call.region],
    "aws:SecureTransport": ["false"],
    "aws:ViaAWSService": ["false"],
    "aws:PrincipalAccount": [principal.accountId],
    "aws:PrincipalArn": [principal.kind === "assumed-role" ? principal.roleArn : principal.arn],
    "aws:PrincipalType": [principalTypes[principal.kind]],
    "aws:userid": [principal.userId],
    ...(principal.kind === "user" ? { "aws:username": [principal.userName] } : {}),
    ...(principal.kind === "assumed-role" && principal.issuedAt !== undefined
      ? { "aws:TokenIssueTime": [new Date(principal.issuedAt).toISOString()] }
      : {}),
  };
};

const principalTypes: Readonly<Record<Principal["kind"], string>> = {
  root: "Account",
  user: "User",
  "assumed-role": "AssumedRole",
};
