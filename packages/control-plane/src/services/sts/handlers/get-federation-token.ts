import type { GetFederationTokenRequest, GetFederationTokenResponse } from "@aws-sdk/client-sts";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import { checkBounds, checkLength, checkPattern } from "../constraints.ts";
import type { StsDependencies } from "../dependencies.ts";
import { sessionCredentialsRefused } from "../errors.ts";
import { sessionPoliciesOf } from "../session-policies.ts";
import { checkTags, sessionFacts, tagConditionKeys } from "../session-tags.ts";
import { credentialsView } from "../views.ts";

/** Seconds; a session of the root user never lasts longer than an hour. */
const defaultDuration = 43_200;
const rootLimit = 3600;
const durationBounds = { least: 900, most: 129_600 };

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html */
export const getFederationToken = defineOperation<
  StsDependencies,
  GetFederationTokenRequest,
  GetFederationTokenResponse
>({
  authorise: permission<GetFederationTokenRequest, StsDependencies>(
    "sts:GetFederationToken",
    (input, call) => [`arn:aws:sts::${call.accountId}:federated-user/${input.Name ?? ""}`],
    tagConditionKeys,
  ),
  handle: async (input, call, dependencies) => {
    const { Name: name = "", DurationSeconds: asked } = input;
    const { principal } = call;
    checkLength(name, "name", { least: 2, most: 32 });
    checkPattern(name, "name", /^[\w+=,.@-]*$/, "[\\w+=,.@-]*");
    if (asked !== undefined) checkBounds(asked, "durationSeconds", durationBounds);
    checkTags(input);
    const isLasting = (principal.kind === "user" || principal.kind === "root") && principal.issuedAt === undefined;
    if (!isLasting) throw sessionCredentialsRefused("GetFederationToken");
    const policies = await sessionPoliciesOf(input, call.accountId, dependencies);
    const duration = asked ?? defaultDuration;
    const credentials = await dependencies.issueFederatedSession({
      principal,
      name,
      sessionPolicies: policies.documents,
      durationSeconds: principal.kind === "root" ? Math.min(duration, rootLimit) : duration,
      session: sessionFacts(principal, input),
    });
    return {
      Credentials: credentialsView(credentials),
      FederatedUser: {
        FederatedUserId: `${call.accountId}:${name}`,
        Arn: `arn:aws:sts::${call.accountId}:federated-user/${name}`,
      },
      ...(policies.packedSize === undefined ? {} : { PackedPolicySize: policies.packedSize }),
    };
  },
});
