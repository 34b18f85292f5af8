import type {
  ListOpenIDConnectProvidersCommandInput,
  ListOpenIDConnectProvidersCommandOutput,
} from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { listProviders } from "../oidc-providers.ts";
import { onAll } from "../permissions.ts";

export const listOpenIDConnectProviders = defineOperation<
  IamDependencies,
  ListOpenIDConnectProvidersCommandInput,
  Answer<ListOpenIDConnectProvidersCommandOutput>
>({
  authorise: onAll("iam:ListOpenIDConnectProviders"),
  handle: async (_input, call, { store }) => {
    const all = await store.read((transaction) => listProviders(transaction, call.accountId));
    return { OpenIDConnectProviderList: all.map(({ arn }) => ({ Arn: arn })) };
  },
});
