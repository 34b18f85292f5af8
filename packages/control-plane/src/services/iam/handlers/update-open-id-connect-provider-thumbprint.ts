import type {
  UpdateOpenIDConnectProviderThumbprintCommandInput,
  UpdateOpenIDConnectProviderThumbprintCommandOutput,
} from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { changeOidcProvider, checkThumbprints, onOidcProvider } from "../oidc-providers.ts";

export const updateOpenIDConnectProviderThumbprint = defineOperation<
  IamDependencies,
  UpdateOpenIDConnectProviderThumbprintCommandInput,
  Answer<UpdateOpenIDConnectProviderThumbprintCommandOutput>
>({
  authorise: onOidcProvider("iam:UpdateOpenIDConnectProviderThumbprint"),
  handle: async (input, call, dependencies) => {
    const thumbprints = checkThumbprints(input.ThumbprintList ?? []);
    await changeOidcProvider(dependencies, call, input.OpenIDConnectProviderArn, (provider) => ({
      ...provider,
      thumbprints,
    }));
    return {};
  },
});
