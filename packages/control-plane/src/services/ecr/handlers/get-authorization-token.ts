import type { GetAuthorizationTokenRequest, GetAuthorizationTokenResponse } from "@aws-sdk/client-ecr";
import { defineOperation } from "../../../gateway/operation.ts";
import type { EcrDependencies } from "../dependencies.ts";
import { loginUser } from "../distribution/authenticate.ts";
import { onRegistry } from "../permissions.ts";

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetAuthorizationToken.html */
export const getAuthorizationToken = defineOperation<
  EcrDependencies,
  GetAuthorizationTokenRequest,
  GetAuthorizationTokenResponse
>({
  authorise: onRegistry("GetAuthorizationToken"),
  handle: async (input, call, { tokens, registryHost }) => {
    const registries = input.registryIds?.length ? input.registryIds : [call.accountId];
    return {
      authorizationData: registries.map(() => {
        const { password, expiresAt } = tokens.issue(call);
        return {
          authorizationToken: Buffer.from(`${loginUser}:${password}`).toString("base64"),
          expiresAt: new Date(expiresAt),
          proxyEndpoint: `http://${registryHost()}`,
        };
      }),
    };
  },
});
