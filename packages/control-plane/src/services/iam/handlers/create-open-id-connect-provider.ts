import type {
  CreateOpenIDConnectProviderCommandInput,
  CreateOpenIDConnectProviderCommandOutput,
} from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import { oidcProviders } from "../collections.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { oidcProviderExists } from "../errors.ts";
import { checkClientIds, checkProviderUrl, checkThumbprints } from "../oidc-providers.ts";
import { onNew } from "../permissions.ts";
import { entityKey } from "../repository.ts";
import { checkTags } from "../validation.ts";
import { tagsView } from "../views.ts";

export const createOpenIDConnectProvider = defineOperation<
  IamDependencies,
  CreateOpenIDConnectProviderCommandInput,
  Answer<CreateOpenIDConnectProviderCommandOutput>
>({
  authorise: onNew<CreateOpenIDConnectProviderCommandInput>(
    "iam:CreateOpenIDConnectProvider",
    (input) => `oidc-provider/${checkProviderUrl(input.Url).url}`,
  ),
  handle: async (input, call, { store, clock }) => {
    const { url, scheme } = checkProviderUrl(input.Url);
    const tags = checkTags(input.Tags, "OpenIdConnectProvider");
    const clientIds = checkClientIds(input.ClientIDList ?? []);
    const thumbprints = checkThumbprints(input.ThumbprintList ?? []);
    return store.transaction(async (transaction) => {
      const key = entityKey(call.accountId, url);
      if ((await transaction.get(oidcProviders, key)) !== undefined) throw oidcProviderExists(`${scheme}//${url}`);
      const arn = `arn:aws:iam::${call.accountId}:oidc-provider/${url}`;
      const record = {
        accountId: call.accountId,
        arn,
        url,
        scheme,
        clientIds,
        thumbprints,
        createdAt: clock.now(),
        tags,
      };
      transaction.insert(oidcProviders, key, record);
      return { OpenIDConnectProviderArn: arn, ...(tags.length === 0 ? {} : { Tags: tagsView(tags) }) };
    });
  },
});
