import { parseArn } from "@fleetless/kernel";
import type { Tag } from "./collections.ts";
import { invalidInput, tagLimit, validationError } from "./errors.ts";

/** A required member, which the gateway has checked to be there. */
export const present = <Value>(value: Value | undefined, member: string): Value => {
  if (value === undefined) {
    throw validationError(
      `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
    );
  }
  return value;
};

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-names */
export const checkName = (value: string | undefined, member: string, longest: number): string => {
  const name = present(value, member);
  if (name.length > longest) {
    throw validationError(
      `1 validation error detected: Value '${name}' at '${member}' failed to satisfy constraint: Member must have length less than or equal to ${longest}`,
    );
  }
  if (!/^[\w+=,.@-]+$/.test(name)) {
    throw validationError(
      `The specified value for ${member} is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-`,
    );
  }
  return name;
};

export const userNameLength = 64;
export const roleNameLength = 64;
export const groupNameLength = 128;
export const policyNameLength = 128;

export const checkPath = (value: string | undefined): string => {
  const path = value ?? "/";
  if (path.length > 512 || !/^(\/|\/[\u0021-\u007e]+\/)$/.test(path) || path.includes("//")) {
    throw validationError(
      "The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.",
    );
  }
  return path;
};

export const checkDescription = (value: string | undefined): string | undefined => {
  if (value !== undefined && value.length > 1_000) {
    throw validationError(
      "1 validation error detected: Value at 'description' failed to satisfy constraint: Member must have length less than or equal to 1000",
    );
  }
  return value;
};

export const checkMaxSessionDuration = (value: number | undefined): number => {
  const seconds = value ?? 3_600;
  if (seconds < 3_600 || seconds > 43_200) {
    const bound = seconds < 3_600 ? "greater than or equal to 3600" : "less than or equal to 43200";
    throw validationError(
      `1 validation error detected: Value '${seconds}' at 'maxSessionDuration' failed to satisfy constraint: Member must have value ${bound}`,
    );
  }
  return seconds;
};

export const checkPolicyArn = (value: string | undefined): string => {
  const arn = present(value, "policyArn");
  const parts = parseArn(arn);
  if (parts?.service !== "iam" || !parts.resource.startsWith("policy/")) throw invalidInput(`ARN ${arn} is not valid.`);
  return arn;
};

export const nonWhitespaceLength = (document: string): number => document.replace(/\s/g, "").length;

interface InputTag {
  readonly Key: string | undefined;
  readonly Value: string | undefined;
}

const tagCharacters = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html#id_tags_rules */
export const checkTags = (tags: readonly InputTag[] | undefined, kind: string): readonly Tag[] => {
  const checked = (tags ?? []).map(({ Key, Value }, index): Tag => {
    const key = present(Key, `tags.${index + 1}.member.key`);
    const value = present(Value, `tags.${index + 1}.member.value`);
    if (key === "" || key.length > 128 || !tagCharacters.test(key)) {
      throw validationError(
        `1 validation error detected: Value '${key}' at 'tags.${index + 1}.member.key' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+`,
      );
    }
    if (value.length > 256 || !tagCharacters.test(value)) {
      throw validationError(
        `1 validation error detected: Value '${value}' at 'tags.${index + 1}.member.value' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*`,
      );
    }
    if (key.toLowerCase().startsWith("aws:")) throw invalidInput("Tag keys that begin with aws: are reserved.");
    return { Key: key, Value: value };
  });
  const keys = checked.map(({ Key }) => Key.toLowerCase());
  if (new Set(keys).size !== keys.length) {
    throw invalidInput("Duplicate tag keys found. Please note that Tag keys are case insensitive.");
  }
  if (checked.length > 50) throw tagLimit(kind);
  return checked;
};

/** Keys are the same whatever their case; the new one's spelling stays. */
export const mergeTags = (tags: readonly Tag[], added: readonly Tag[], kind: string): readonly Tag[] => {
  const replaced = new Set(added.map(({ Key }) => Key.toLowerCase()));
  const merged = [...tags.filter(({ Key }) => !replaced.has(Key.toLowerCase())), ...added];
  if (merged.length > 50) throw tagLimit(kind);
  return merged;
};

export const withoutTags = (tags: readonly Tag[], keys: readonly string[] | undefined): readonly Tag[] => {
  const removed = new Set((keys ?? []).map((key) => key.toLowerCase()));
  return tags.filter(({ Key }) => !removed.has(Key.toLowerCase()));
};

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccountAlias.html */
export const checkAlias = (value: string | undefined): string => {
  const alias = present(value, "accountAlias");
  if (!/^[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]$/.test(alias)) {
    throw validationError(
      `1 validation error detected: Value '${alias}' at 'accountAlias' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]$`,
    );
  }
  return alias;
};
