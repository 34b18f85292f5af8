import type {
  AddClientIDToOpenIDConnectProviderCommandInput,
  AddClientIDToOpenIDConnectProviderCommandOutput,
} from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { changeOidcProvider, checkClientIds, onOidcProvider } from "../oidc-providers.ts";
import { present } from "../validation.ts";

export const addClientIDToOpenIDConnectProvider = defineOperation<
  IamDependencies,
  AddClientIDToOpenIDConnectProviderCommandInput,
  Answer<AddClientIDToOpenIDConnectProviderCommandOutput>
>({
  authorise: onOidcProvider("iam:AddClientIDToOpenIDConnectProvider"),
  handle: async (input, call, dependencies) => {
    const added = present(input.ClientID, "clientID");
    await changeOidcProvider(dependencies, call, input.OpenIDConnectProviderArn, (provider) => ({
      ...provider,
      clientIds: checkClientIds([...provider.clientIds, added]),
    }));
    return {};
  },
});
