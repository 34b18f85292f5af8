import type { DeleteAccountSettingRequest, DeleteAccountSettingResponse } from "@aws-sdk/client-ecs";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import { effectiveSetting, settingNames, settingOwner, settingView } from "../account-settings.ts";
import type { EcsDependencies } from "../dependencies.ts";
import { invalidParameter } from "../errors.ts";
import { deleteAccountSetting as removeAccountSetting } from "../repository.ts";

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteAccountSetting.html */
export const deleteAccountSetting = defineOperation<
  EcsDependencies,
  DeleteAccountSettingRequest,
  DeleteAccountSettingResponse
>({
  authorise: permission(
    "ecs:DeleteAccountSetting",
    () => ["*"],
    (input) => ({ "ecs:account-setting": input.name === undefined ? [] : [input.name] }),
  ),
  handle: async (input, call, { store }) => {
    const name = settingNames.find((known) => known === input.name);
    if (name === undefined) throw invalidParameter(`Invalid setting name '${input.name ?? ""}'.`);
    const principalArn = settingOwner(call, input.principalArn);
    return store.transaction(async (transaction) => {
      removeAccountSetting(transaction, call, name, principalArn);
      return { setting: settingView(await effectiveSetting(transaction, call, name, principalArn)) };
    });
  },
});
