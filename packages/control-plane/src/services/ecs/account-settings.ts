import type { Setting, SettingName } from "@aws-sdk/client-ecs";
import type { Call } from "../../gateway/call.ts";
import type { ReadTransaction } from "../../state/store.ts";
import type { AccountSettingRecord } from "./collections.ts";
import { invalidParameter } from "./errors.ts";
import type { Scope } from "./identifiers.ts";
import { findAccountSetting } from "./repository.ts";

/** Those of the SDK, and one that ECS has though its model does not list it. */
type AccountSettingName = SettingName | "dualStackIPv6";

/** The values a setting may have, its default first. */
const allowed: Readonly<Record<AccountSettingName, readonly string[]>> = {
  awsvpcTrunking: ["disabled", "enabled"],
  containerInsights: ["disabled", "enabled", "enhanced"],
  containerInstanceLongArnFormat: ["enabled"],
  defaultLogDriverMode: ["non-blocking", "blocking"],
  dualStackIPv6: ["enabled", "disabled"],
  fargateEventWindows: ["disabled", "enabled"],
  fargateFIPSMode: ["disabled", "enabled"],
  fargateTaskRetirementWaitPeriod: ["7", "0", "14"],
  guardDutyActivate: ["off"],
  serviceLongArnFormat: ["enabled"],
  tagResourceAuthorization: ["on", "off"],
  taskLongArnFormat: ["enabled"],
};

export const settingNames = Object.keys(allowed).sort() as readonly SettingName[];

export const rootArn = (scope: Scope): string => `arn:aws:iam::${scope.accountId}:root`;

/** Whose setting a request means: the caller's own unless it names another; a role's, where it is assumed. */
export const settingOwner = (call: Call, principalArn: string | undefined): string => {
  const { principal } = call;
  const owner = principalArn ?? (principal.kind === "assumed-role" ? principal.roleArn : principal.arn);
  if (!owner.startsWith(`arn:aws:iam::${call.accountId}:`)) throw invalidParameter("Invalid principalArn.");
  return owner;
};

/** Throws InvalidParameterException for a setting or a value that does not exist. */
export const checkSetting = (name: AccountSettingName | undefined, value: string | undefined): AccountSettingRecord => {
  const values = name === undefined ? undefined : allowed[name];
  if (name === undefined || values === undefined) throw invalidParameter(`Invalid setting name '${name ?? ""}'.`);
  if (value === undefined || !values.includes(value)) {
    throw invalidParameter(`Invalid value '${value ?? ""}' for ${name}: it must be one of ${values.join(", ")}.`);
  }
  return { name, value, principalArn: "" };
};

export const settingView = (record: AccountSettingRecord): Setting => ({
  name: settingNames.find((name) => name === record.name),
  value: record.value,
  principalArn: record.principalArn,
  type: record.name === "guardDutyActivate" ? "aws_managed" : "user",
});

/** What holds for a principal: its own setting, else the account's, else ECS's default. */
export const effectiveSetting = async (
  transaction: ReadTransaction,
  scope: Scope,
  name: AccountSettingName,
  principalArn: string,
): Promise<AccountSettingRecord> =>
  (await findAccountSetting(transaction, scope, name, principalArn)) ??
  (await findAccountSetting(transaction, scope, name, rootArn(scope))) ?? {
    name,
    value: allowed[name][0] ?? "",
    principalArn,
  };
