import type { PutAccountSettingRequest, PutAccountSettingResponse } from "@aws-sdk/client-ecr";
import { defineOperation } from "../../../gateway/operation.ts";
import { accountSettingOf } from "../account-settings.ts";
import type { EcrDependencies } from "../dependencies.ts";
import { invalidParameter } from "../errors.ts";
import { onRegistry } from "../permissions.ts";
import { putRegistry, readRegistry } from "../repository.ts";

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutAccountSetting.html */
export const putAccountSetting = defineOperation<EcrDependencies, PutAccountSettingRequest, PutAccountSettingResponse>({
  authorise: onRegistry("PutAccountSetting"),
  handle: async ({ name = "", value = "" }, call, { store }) => {
    const { values } = accountSettingOf(name);
    if (!values.includes(value)) throw invalidParameter(`The value of ${name} must be one of ${values.join(", ")}`);
    await store.transaction(async (transaction) => {
      const registry = await readRegistry(transaction, call);
      putRegistry(transaction, { ...registry, settings: { ...registry.settings, [name]: value } });
    });
    return { name, value };
  },
});
