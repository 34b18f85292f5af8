import type {
  ListOpenIDConnectProviderTagsCommandInput,
  ListOpenIDConnectProviderTagsCommandOutput,
} from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { onOidcProvider, requireOidcProvider } from "../oidc-providers.ts";
import { pageOf } from "../paging.ts";
import { tagsView } from "../views.ts";

export const listOpenIDConnectProviderTags = defineOperation<
  IamDependencies,
  ListOpenIDConnectProviderTagsCommandInput,
  Answer<ListOpenIDConnectProviderTagsCommandOutput>
>({
  authorise: onOidcProvider("iam:ListOpenIDConnectProviderTags"),
  handle: (input, call, { store }) =>
    store.read(async (transaction) => {
      const { tags } = await requireOidcProvider(transaction, call.accountId, input.OpenIDConnectProviderArn);
      const { items, ...page } = pageOf(tags, input, ({ Key }) => Key);
      return { Tags: tagsView(items), ...page };
    }),
});
