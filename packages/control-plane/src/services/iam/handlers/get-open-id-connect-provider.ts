import type { GetOpenIDConnectProviderCommandInput, GetOpenIDConnectProviderCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { onOidcProvider, requireOidcProvider } from "../oidc-providers.ts";
import { dateView, tagsView } from "../views.ts";

export const getOpenIDConnectProvider = defineOperation<
  IamDependencies,
  GetOpenIDConnectProviderCommandInput,
  Answer<GetOpenIDConnectProviderCommandOutput>
>({
  authorise: onOidcProvider("iam:GetOpenIDConnectProvider"),
  handle: (input, call, { store }) =>
    store.read(async (transaction) => {
      const provider = await requireOidcProvider(transaction, call.accountId, input.OpenIDConnectProviderArn);
      return {
        Url: provider.url,
        ClientIDList: [...provider.clientIds],
        ThumbprintList: [...provider.thumbprints],
        CreateDate: dateView(provider.createdAt),
        Tags: tagsView(provider.tags),
      };
    }),
});
