import type { EndpointPassage } from "@fleetless/kernel";
import type { Call, Principal, SessionFacts } from "./call.ts";
import type { GlobalConditionKeys } from "./ports.ts";

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html */
export const globalConditionKeys = (call: Call): GlobalConditionKeys => {
  const now = call.clock.now();
  return {
    ...sourceKeys(call),
    "aws:UserAgent": [call.userAgent],
    "aws:CurrentTime": [new Date(now).toISOString()],
    "aws:EpochTime": [String(Math.floor(now / 1000))],
    "aws:RequestedRegion": [call.region],
    "aws:SecureTransport": ["false"],
    "aws:ViaAWSService": ["false"],
    "aws:PrincipalIsAWSService": ["false"],
    ...principalKeys(call.principal),
  };
};

const sourceKeys = ({ sourceAddress, endpoint }: Call): GlobalConditionKeys =>
  endpoint === undefined ? { "aws:SourceIp": [sourceAddress] } : endpointKeys(endpoint);

/** A call through an endpoint has the address that it has in its VPC, and none that the world could see. */
export const endpointKeys = ({ endpointId, vpcId, sourceAddress }: EndpointPassage): GlobalConditionKeys => ({
  "aws:SourceVpc": [vpcId],
  "aws:SourceVpce": [endpointId],
  "aws:VpcSourceIp": [sourceAddress],
});

/** Who calls, as policies may ask for it; the tags of users and roles are the authoriser's to add. */
export const principalKeys = (principal: Principal): GlobalConditionKeys => ({
  "aws:PrincipalAccount": [principal.accountId],
  "aws:PrincipalArn": [principal.kind === "assumed-role" ? principal.roleArn : principal.arn],
  "aws:PrincipalType": [principalTypes[principal.kind]],
  "aws:userid": [principal.userId],
  ...(principal.kind === "user" ? { "aws:username": [principal.userName] } : {}),
  ...(principal.kind !== "anonymous" && principal.issuedAt !== undefined
    ? {
        "aws:TokenIssueTime": [new Date(principal.issuedAt).toISOString()],
        "aws:MultiFactorAuthPresent": ["false"],
      }
    : {}),
  ...("session" in principal && principal.session !== undefined ? sessionKeys(principal.session) : {}),
});

const sessionKeys = ({ sourceIdentity, federatedProvider, providerKeys = {} }: SessionFacts): GlobalConditionKeys => ({
  ...(sourceIdentity === undefined ? {} : { "aws:SourceIdentity": [sourceIdentity] }),
  ...(federatedProvider === undefined ? {} : { "aws:FederatedProvider": [federatedProvider] }),
  ...Object.fromEntries(Object.entries(providerKeys).map(([key, value]) => [key, [value]])),
});

const principalTypes: Readonly<Record<Principal["kind"], string>> = {
  root: "Account",
  user: "User",
  "assumed-role": "AssumedRole",
  "federated-user": "FederatedUser",
  anonymous: "Anonymous",
};
