import type { PutAccountSettingDefaultRequest, PutAccountSettingDefaultResponse } from "@aws-sdk/client-ecs";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import { checkSetting, rootArn, settingView } from "../account-settings.ts";
import type { EcsDependencies } from "../dependencies.ts";
import { saveAccountSetting } from "../repository.ts";

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PutAccountSettingDefault.html */
export const putAccountSettingDefault = defineOperation<
  EcsDependencies,
  PutAccountSettingDefaultRequest,
  PutAccountSettingDefaultResponse
>({
  authorise: permission(
    "ecs:PutAccountSettingDefault",
    () => ["*"],
    (input) => ({ "ecs:account-setting": input.name === undefined ? [] : [input.name] }),
  ),
  handle: async (input, call, { store }) => {
    const setting = { ...checkSetting(input.name, input.value), principalArn: rootArn(call) };
    await store.transaction(async (transaction) => saveAccountSetting(transaction, call, setting));
    return { setting: settingView(setting) };
  },
});
