import type { TagOpenIDConnectProviderCommandInput, TagOpenIDConnectProviderCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { changeOidcProvider, onOidcProvider } from "../oidc-providers.ts";
import { checkTags, mergeTags } from "../validation.ts";

export const tagOpenIDConnectProvider = defineOperation<
  IamDependencies,
  TagOpenIDConnectProviderCommandInput,
  Answer<TagOpenIDConnectProviderCommandOutput>
>({
  authorise: onOidcProvider("iam:TagOpenIDConnectProvider"),
  handle: async (input, call, dependencies) => {
    const added = checkTags(input.Tags, "OpenIdConnectProvider");
    await changeOidcProvider(dependencies, call, input.OpenIDConnectProviderArn, (provider) => ({
      ...provider,
      tags: mergeTags(provider.tags, added, "OpenIdConnectProvider"),
    }));
    return {};
  },
});
