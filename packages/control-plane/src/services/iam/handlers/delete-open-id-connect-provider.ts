import type {
  DeleteOpenIDConnectProviderCommandInput,
  DeleteOpenIDConnectProviderCommandOutput,
} from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import { oidcProviders } from "../collections.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { onOidcProvider, requireOidcProvider } from "../oidc-providers.ts";
import { entityKey } from "../repository.ts";

export const deleteOpenIDConnectProvider = defineOperation<
  IamDependencies,
  DeleteOpenIDConnectProviderCommandInput,
  Answer<DeleteOpenIDConnectProviderCommandOutput>
>({
  authorise: onOidcProvider("iam:DeleteOpenIDConnectProvider"),
  handle: (input, call, { store }) =>
    store.transaction(async (transaction) => {
      const { url } = await requireOidcProvider(transaction, call.accountId, input.OpenIDConnectProviderArn);
      transaction.delete(oidcProviders, entityKey(call.accountId, url));
      return {};
    }),
});
