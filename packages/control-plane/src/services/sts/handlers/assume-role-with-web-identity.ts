import type { AssumeRoleWithWebIdentityRequest, AssumeRoleWithWebIdentityResponse } from "@aws-sdk/client-sts";
import { accountId } from "@fleetless/kernel";
import { defineOperation, unsigned } from "../../../gateway/operation.ts";
import { requestTagKeys } from "../../../gateway/tag-condition-keys.ts";
import { checkSession } from "../constraints.ts";
import type { StsDependencies } from "../dependencies.ts";
import { durationAboveMaximum, noProvider, refuseProviderId, webIdentityNotAuthorized } from "../errors.ts";
import { findAssumableRole, roleNameOf } from "../role-names.ts";
import { sessionPoliciesOf } from "../session-policies.ts";
import { assumedRoleUserView, credentialsView } from "../views.ts";
import { claimedIssuer, verifyIdentityToken } from "../web-identity/identity-token.ts";

/** Seconds. */
const defaultDuration = 3600;
const action = "sts:AssumeRoleWithWebIdentity";

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html */
export const assumeRoleWithWebIdentity = defineOperation<
  StsDependencies,
  AssumeRoleWithWebIdentityRequest,
  AssumeRoleWithWebIdentityResponse
>({
  authorise: unsigned("The token proves who calls, and the role's trust policy decides on what it says"),
  handle: async (input, call, dependencies) => {
    const { RoleArn: arn = "", RoleSessionName: sessionName = "", WebIdentityToken: token = "" } = input;
    checkSession(input);
    if (input.ProviderId !== undefined) throw refuseProviderId();
    const owner = accountId(roleNameOf(arn).account);
    const claimed = claimedIssuer(token);
    const provider = await dependencies.findOidcProvider(owner, claimed);
    if (provider === undefined) throw noProvider(claimed);
    const identity = await verifyIdentityToken(token, provider, dependencies.issuerKeys, call.clock.now());
    const role = await findAssumableRole(arn, dependencies);
    const providerKeys = {
      [`${provider.url}:aud`]: identity.audience,
      [`${provider.url}:sub`]: identity.subject,
    };
    const conditionKeys = {
      ...Object.fromEntries(Object.entries(providerKeys).map(([key, value]) => [key, [value]])),
      "aws:FederatedProvider": [provider.arn],
      "sts:RoleSessionName": [sessionName],
      "aws:SourceIp": [call.sourceAddress],
      ...requestTagKeys(Object.entries(identity.tags)),
      ...(identity.sourceIdentity === undefined ? {} : { "sts:SourceIdentity": [identity.sourceIdentity] }),
    };
    const actions = [
      action,
      ...(Object.keys(identity.tags).length === 0 ? [] : ["sts:TagSession"]),
      ...(identity.sourceIdentity === undefined ? [] : ["sts:SetSourceIdentity"]),
    ];
    const isTrusted = (asked: string): boolean =>
      role !== undefined &&
      dependencies.providerMayAssume(role, { action: asked, provider: provider.arn, conditionKeys });
    if (role === undefined || !actions.every(isTrusted)) throw webIdentityNotAuthorized();
    const durationSeconds = input.DurationSeconds ?? defaultDuration;
    if (durationSeconds > role.maxSessionDuration) throw durationAboveMaximum();
    const policies = await sessionPoliciesOf(input, owner, dependencies);
    const credentials = await dependencies.issueRoleSession({
      accountId: owner,
      role,
      sessionName,
      sessionPolicies: policies.documents,
      durationSeconds,
      session: {
        tags: identity.tags,
        transitiveTagKeys: identity.transitiveTagKeys,
        ...(identity.sourceIdentity === undefined ? {} : { sourceIdentity: identity.sourceIdentity }),
        federatedProvider: provider.arn,
        providerKeys,
      },
    });
    return {
      Credentials: credentialsView(credentials),
      AssumedRoleUser: assumedRoleUserView(owner, role, sessionName),
      SubjectFromWebIdentityToken: identity.subject,
      Audience: identity.audience,
      Provider: provider.arn,
      ...(identity.sourceIdentity === undefined ? {} : { SourceIdentity: identity.sourceIdentity }),
      ...(policies.packedSize === undefined ? {} : { PackedPolicySize: policies.packedSize }),
    };
  },
});
