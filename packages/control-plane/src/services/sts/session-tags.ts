import type { Tag } from "@aws-sdk/client-sts";
import type { Principal, SessionFacts } from "../../gateway/call.ts";
import { requestTagKeys } from "../../gateway/tag-condition-keys.ts";
import { checkLength } from "./constraints.ts";
import { invalidParameterValue, sourceIdentityFixed, transitiveTagConflict } from "./errors.ts";

const mostTags = 50;

export interface TagInput {
  readonly Tags?: readonly Tag[] | undefined;
  readonly TransitiveTagKeys?: readonly string[] | undefined;
  readonly SourceIdentity?: string | undefined;
}

export const checkTags = ({ Tags: tags = [], TransitiveTagKeys: transitive = [] }: TagInput): void => {
  if (tags.length > mostTags) throw invalidParameterValue(`A session has at most ${mostTags} tags.`);
  const keys = new Set<string>();
  for (const [index, { Key: key = "", Value: value = "" }] of tags.entries()) {
    checkLength(key, `tags.${index + 1}.member.key`, { least: 1, most: 128 });
    checkLength(value, `tags.${index + 1}.member.value`, { least: 0, most: 256 });
    if (/^aws:/i.test(key)) throw invalidParameterValue("Tag keys may not begin with aws:.");
    if (keys.has(key.toLowerCase()))
      throw invalidParameterValue("Duplicate tag keys found. Please note that Tag keys are case insensitive.");
    keys.add(key.toLowerCase());
  }
  if (transitive.some((key) => !keys.has(key.toLowerCase()))) {
    throw invalidParameterValue("The specified transitive tag key must be included in the requested tags.");
  }
};

const sessionOf = (principal: Principal): SessionFacts | undefined =>
  "session" in principal ? principal.session : undefined;

/** The condition keys of tags and source identity, as far as they are given. */
export const tagConditionKeys = (input: TagInput): Readonly<Record<string, readonly string[]>> => ({
  ...requestTagKeys((input.Tags ?? []).map(({ Key = "", Value = "" }) => [Key, Value])),
  ...((input.TransitiveTagKeys ?? []).length === 0 ? {} : { "sts:TransitiveTagKeys": input.TransitiveTagKeys ?? [] }),
  ...(input.SourceIdentity === undefined ? {} : { "sts:SourceIdentity": [input.SourceIdentity] }),
});

/**
 * What a new session knows: the tags given, those of the calling session that are transitive, and the source identity,
 * which stays through a chain of roles.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_role-chaining
 */
export const sessionFacts = (principal: Principal, input: TagInput): SessionFacts => {
  const before = sessionOf(principal);
  const inherited = before?.transitiveTagKeys ?? [];
  const given = (input.Tags ?? []).map(({ Key = "", Value = "" }) => [Key, Value] as const);
  const isInherited = new Set(inherited.map((key) => key.toLowerCase()));
  if (given.some(([key]) => isInherited.has(key.toLowerCase()))) throw transitiveTagConflict();
  const sourceIdentity = before?.sourceIdentity ?? input.SourceIdentity;
  if (input.SourceIdentity !== undefined && input.SourceIdentity !== sourceIdentity) throw sourceIdentityFixed();
  const kept = inherited.map((key) => [key, before?.tags[key] ?? ""] as const);
  return {
    tags: Object.fromEntries([...kept, ...given]),
    transitiveTagKeys: [...inherited, ...(input.TransitiveTagKeys ?? [])],
    ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
  };
};
