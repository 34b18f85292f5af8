import type { GetCallerIdentityRequest, GetCallerIdentityResponse } from "@aws-sdk/client-sts";
import { anyone, defineOperation } from "../../../gateway/operation.ts";
import type { StsDependencies } from "../dependencies.ts";

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html */
export const getCallerIdentity = defineOperation<StsDependencies, GetCallerIdentityRequest, GetCallerIdentityResponse>({
  authorise: anyone("AWS answers this even where a policy denies it: the same is told in every denial"),
  handle: async (_input, { principal }) => ({
    Account: principal.accountId,
    Arn: principal.arn,
    UserId: principal.userId,
  }),
});
