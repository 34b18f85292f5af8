import type {
  RemoveClientIDFromOpenIDConnectProviderCommandInput,
  RemoveClientIDFromOpenIDConnectProviderCommandOutput,
} from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { changeOidcProvider, onOidcProvider } from "../oidc-providers.ts";
import { present } from "../validation.ts";

export const removeClientIDFromOpenIDConnectProvider = defineOperation<
  IamDependencies,
  RemoveClientIDFromOpenIDConnectProviderCommandInput,
  Answer<RemoveClientIDFromOpenIDConnectProviderCommandOutput>
>({
  authorise: onOidcProvider("iam:RemoveClientIDFromOpenIDConnectProvider"),
  handle: async (input, call, dependencies) => {
    const removed = present(input.ClientID, "clientID");
    await changeOidcProvider(dependencies, call, input.OpenIDConnectProviderArn, (provider) => ({
      ...provider,
      clientIds: provider.clientIds.filter((id) => id !== removed),
    }));
    return {};
  },
});
