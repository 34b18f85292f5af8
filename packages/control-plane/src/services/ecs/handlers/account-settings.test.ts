import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createWorld, type World } from "../testing/world.ts";
import { deleteAccountSetting } from "./delete-account-setting.ts";
import { listAccountSettings } from "./list-account-settings.ts";
import { putAccountSetting } from "./put-account-setting.ts";
import { putAccountSettingDefault } from "./put-account-setting-default.ts";

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

const principalArn = "arn:aws:iam::123456789012:user/ada";
const name = "fargateTaskRetirementWaitPeriod";
const effective = async () =>
  (await world.invoke(listAccountSettings, { name, principalArn, effectiveSettings: true })).settings?.[0]?.value;

describe("account settings", () => {
  it("hold for a principal, else for the account, else as ECS has them", async () => {
    expect(await effective()).toBe("7");
    await world.invoke(putAccountSettingDefault, { name, value: "14" });
    expect(await effective()).toBe("14");
    await world.invoke(putAccountSetting, { name, value: "0", principalArn });
    expect(await effective()).toBe("0");
    expect((await world.invoke(listAccountSettings, { principalArn })).settings).toEqual([
      { name, value: "0", principalArn, type: "user" },
    ]);
    expect((await world.invoke(deleteAccountSetting, { name, principalArn })).setting?.value).toBe("14");
    await expect(world.invoke(putAccountSetting, { name, value: "9" })).rejects.toMatchObject({
      code: "InvalidParameterException",
    });
  });

  it("give tasks of dual-stack subnets IPv6 unless they say otherwise", async () => {
    const all = await world.invoke(listAccountSettings, { principalArn, effectiveSettings: true, maxResults: 100 });
    expect(all.settings).toContainEqual({ name: "dualStackIPv6", value: "enabled", principalArn, type: "user" });
  });
});
