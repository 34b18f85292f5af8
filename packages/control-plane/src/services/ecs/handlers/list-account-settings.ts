import type { ListAccountSettingsRequest, ListAccountSettingsResponse } from "@aws-sdk/client-ecs";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import { effectiveSetting, settingNames, settingOwner, settingView } from "../account-settings.ts";
import type { AccountSettingRecord } from "../collections.ts";
import type { EcsDependencies } from "../dependencies.ts";
import { pageOf } from "../paging.ts";
import { findAccountSetting } from "../repository.ts";

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListAccountSettings.html */
export const listAccountSettings = defineOperation<
  EcsDependencies,
  ListAccountSettingsRequest,
  ListAccountSettingsResponse
>({
  authorise: permission("ecs:ListAccountSettings", () => ["*"]),
  handle: async (input, call, { store }) => {
    const principalArn = settingOwner(call, input.principalArn);
    const names = settingNames.filter((name) => input.name === undefined || name === input.name);
    const found = await store.read(async (transaction) => {
      const settings: AccountSettingRecord[] = [];
      for (const name of names) {
        const setting =
          input.effectiveSettings === true
            ? await effectiveSetting(transaction, call, name, principalArn)
            : await findAccountSetting(transaction, call, name, principalArn);
        if (setting !== undefined && (input.value === undefined || setting.value === input.value)) {
          settings.push(setting);
        }
      }
      return settings;
    });
    const page = pageOf(found, ({ name }) => name, input);
    return { settings: page.items.map(settingView), nextToken: page.nextToken };
  },
});
