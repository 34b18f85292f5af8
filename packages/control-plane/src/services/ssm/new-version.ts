import type { ParameterType, PutParameterRequest } from "@aws-sdk/client-ssm";
import { PatternError, RegularExpression } from "@fleetless/engine";
import type { ParameterRecord, VersionRecord } from "./collections.ts";
import { invalidPattern, patternMismatch, validation } from "./errors.ts";
import { parsePolicies } from "./policies.ts";

const standardLength = 4096;
const advancedLength = 8192;

const tierOf = (input: PutParameterRequest, before: VersionRecord | undefined): VersionRecord["tier"] => {
  const asked = input.Tier;
  const needsAdvanced = (input.Value ?? "").length > standardLength || isGiven(input.Policies);
  if (asked === "Standard" && before?.tier === "Advanced") {
    throw validation(
      "This parameter uses the advanced-parameter tier. You can't downgrade a parameter from the advanced-parameter tier to the standard-parameter tier. If necessary, you can delete the advanced parameter and recreate it as a standard parameter.",
    );
  }
  if (asked === "Intelligent-Tiering") return needsAdvanced ? "Advanced" : (before?.tier ?? "Standard");
  return asked ?? before?.tier ?? "Standard";
};

const isGiven = (policies: string | undefined): boolean =>
  policies !== undefined && !/^\s*(\[\s*\]|\{\s*\})?\s*$/.test(policies);

const checkValue = (value: string, tier: VersionRecord["tier"]): void => {
  if (value.length < 1) {
    throw validation(
      "1 validation error detected: Value at 'value' failed to satisfy constraint: Member must have length greater than or equal to 1",
    );
  }
  if (tier === "Standard" && value.length > standardLength) {
    throw validation(
      `Standard tier parameters support a maximum parameter value of ${standardLength} characters. To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier. For more information, see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html`,
    );
  }
  if (value.length > advancedLength) {
    throw validation(`Advanced tier parameters support a maximum parameter value of ${advancedLength} characters.`);
  }
};

/** Without backtracking, so that no pattern can hold the process up. */
const checkAllowed = (value: string, pattern: string): void => {
  let expression: RegularExpression;
  try {
    expression = new RegularExpression(`^(${pattern})$`);
  } catch (thrown) {
    if (thrown instanceof PatternError) throw invalidPattern(`The allowed pattern is not valid: ${thrown.message}`);
    throw thrown;
  }
  if (!expression.occursIn(value)) throw patternMismatch(pattern);
};

const typeOf = (input: PutParameterRequest, before: VersionRecord | undefined): ParameterType => {
  const type = input.Type ?? before?.type;
  if (type === undefined) throw validation("A parameter type is required when you create a parameter.");
  return type;
};

/** The next version of a parameter, but for its hidden value: checked as PutParameter checks. */
export const nextVersion = (
  input: PutParameterRequest,
  parameter: ParameterRecord | undefined,
  author: { readonly arn: string; readonly now: number },
): Omit<VersionRecord, "value"> => {
  const before = parameter?.latest;
  const type = typeOf(input, before);
  const tier = tierOf(input, before);
  const value = input.Value ?? "";
  checkValue(value, tier);
  const allowedPattern = input.AllowedPattern;
  if (allowedPattern !== undefined && allowedPattern !== "") checkAllowed(value, allowedPattern);
  const dataType = input.DataType ?? before?.dataType ?? "text";
  if (dataType !== "text")
    throw validation(`The data type ${dataType.slice(0, 128)} is not supported by Fleetless yet.`);
  if (input.KeyId !== undefined && type !== "SecureString") {
    throw validation("KeyId is allowed only for parameters of the type SecureString.");
  }
  const policies = isGiven(input.Policies) ? parsePolicies(input.Policies ?? "", author.now) : [];
  if (policies.length > 0 && tier !== "Advanced") {
    throw validation("Parameter policies are supported for advanced parameters only.");
  }
  return {
    version: (before?.version ?? 0) + 1,
    type,
    tier,
    dataType,
    description: input.Description ?? before?.description,
    allowedPattern,
    // Terraform names the key only where it changes it.
    keyId: type === "SecureString" ? (input.KeyId ?? before?.keyId ?? "alias/aws/ssm") : undefined,
    policies: input.Policies === undefined ? (before?.policies ?? []) : policies,
    modifiedAt: author.now,
    modifiedBy: author.arn,
  };
};
