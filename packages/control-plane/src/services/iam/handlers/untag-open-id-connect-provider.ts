import type {
  UntagOpenIDConnectProviderCommandInput,
  UntagOpenIDConnectProviderCommandOutput,
} from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { changeOidcProvider, onOidcProvider } from "../oidc-providers.ts";
import { withoutTags } from "../validation.ts";

export const untagOpenIDConnectProvider = defineOperation<
  IamDependencies,
  UntagOpenIDConnectProviderCommandInput,
  Answer<UntagOpenIDConnectProviderCommandOutput>
>({
  authorise: onOidcProvider("iam:UntagOpenIDConnectProvider"),
  handle: async (input, call, dependencies) => {
    await changeOidcProvider(dependencies, call, input.OpenIDConnectProviderArn, (provider) => ({
      ...provider,
      tags: withoutTags(provider.tags, input.TagKeys),
    }));
    return {};
  },
});
