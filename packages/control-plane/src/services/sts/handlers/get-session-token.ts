import type { GetSessionTokenRequest, GetSessionTokenResponse } from "@aws-sdk/client-sts";
import { anyone, defineOperation } from "../../../gateway/operation.ts";
import { checkBounds, refuseParameters } from "../constraints.ts";
import type { StsDependencies } from "../dependencies.ts";
import { sessionCredentialsRefused } from "../errors.ts";
import { credentialsView } from "../views.ts";

/** Seconds; a session of the root user never lasts longer than an hour. */
const defaultDuration = 43_200;
const rootLimit = 3600;
const durationBounds = { least: 900, most: 129_600 };

/** The keys of sessions begin so; those of users begin with AKIA. */
const temporaryKeyPrefix = "ASIA";

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html */
export const getSessionToken = defineOperation<StsDependencies, GetSessionTokenRequest, GetSessionTokenResponse>({
  authorise: anyone("AWS asks for no permission: the session has no more rights than its caller"),
  handle: async (input, { principal, accessKeyId }, dependencies) => {
    const { DurationSeconds: asked, SerialNumber, TokenCode } = input;
    if (asked !== undefined) checkBounds(asked, "durationSeconds", durationBounds);
    refuseParameters("GetSessionToken", { SerialNumber, TokenCode });
    if (principal.kind === "assumed-role" || accessKeyId.startsWith(temporaryKeyPrefix)) {
      throw sessionCredentialsRefused("GetSessionToken");
    }
    const duration = asked ?? defaultDuration;
    const durationSeconds = principal.kind === "root" ? Math.min(duration, rootLimit) : duration;
    return { Credentials: credentialsView(await dependencies.issueUserSession({ principal, durationSeconds })) };
  },
});
