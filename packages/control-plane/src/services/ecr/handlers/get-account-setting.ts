import type { GetAccountSettingRequest, GetAccountSettingResponse } from "@aws-sdk/client-ecr";
import { defineOperation } from "../../../gateway/operation.ts";
import { accountSettingOf } from "../account-settings.ts";
import type { EcrDependencies } from "../dependencies.ts";
import { onRegistry } from "../permissions.ts";
import { readRegistry } from "../repository.ts";

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetAccountSetting.html */
export const getAccountSetting = defineOperation<EcrDependencies, GetAccountSettingRequest, GetAccountSettingResponse>({
  authorise: onRegistry("GetAccountSetting"),
  handle: async ({ name = "" }, call, { store }) => {
    const { initial } = accountSettingOf(name);
    const { settings } = await store.read((transaction) => readRegistry(transaction, call));
    return { name, value: settings[name] ?? initial };
  },
});
