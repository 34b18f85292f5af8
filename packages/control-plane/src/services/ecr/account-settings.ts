import { invalidParameter } from "./errors.ts";

interface AccountSetting {
  readonly values: readonly string[];
  readonly initial: string;
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutAccountSetting.html */
const settings: ReadonlyMap<string, AccountSetting> = new Map([
  ["BASIC_SCAN_TYPE_VERSION", { values: ["AWS_NATIVE", "CLAIR"], initial: "AWS_NATIVE" }],
  // Registry policies decide on every action here, which is what V2 stands for.
  ["REGISTRY_POLICY_SCOPE", { values: ["V2"], initial: "V2" }],
]);

/** Throws InvalidParameterException. */
export const accountSettingOf = (name: string): AccountSetting => {
  const found = settings.get(name);
  if (found === undefined) {
    throw invalidParameter(
      `There is no account setting ${name.slice(0, 100)}; there are ${[...settings.keys()].join(", ")}`,
    );
  }
  return found;
};
