import type { PutAccountSettingRequest, PutAccountSettingResponse } from "@aws-sdk/client-ecs";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import { checkSetting, settingOwner, settingView } from "../account-settings.ts";
import type { EcsDependencies } from "../dependencies.ts";
import { saveAccountSetting } from "../repository.ts";

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PutAccountSetting.html */
export const putAccountSetting = defineOperation<EcsDependencies, PutAccountSettingRequest, PutAccountSettingResponse>({
  authorise: permission(
    "ecs:PutAccountSetting",
    () => ["*"],
    (input) => ({ "ecs:account-setting": input.name === undefined ? [] : [input.name] }),
  ),
  handle: async (input, call, { store }) => {
    const setting = { ...checkSetting(input.name, input.value), principalArn: settingOwner(call, input.principalArn) };
    await store.transaction(async (transaction) => saveAccountSetting(transaction, call, setting));
    return { setting: settingView(setting) };
  },
});
