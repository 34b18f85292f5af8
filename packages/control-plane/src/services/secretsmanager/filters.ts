import type { Filter } from "@aws-sdk/client-secrets-manager";
import type { SecretRecord } from "./collections.ts";
import { invalidParameter } from "./errors.ts";

const mostFilters = 10;
const mostValues = 10;

/** The words of a text, for filters that look into it; they do not mind case. */
const words = (text: string): readonly string[] =>
  text
    .toLowerCase()
    .split(/[\s/_+=.@!-]+/)
    .filter(Boolean);

const wordsBegin = (text: string, wanted: string): boolean =>
  words(wanted).every((word) => words(text).some((candidate) => candidate.startsWith(word)));

/** What of a secret each key of a filter looks at. Names and tags are prefixes, and mind case. */
const matchers: Readonly<Record<string, (secret: SecretRecord, value: string) => boolean>> = {
  name: ({ name }, value) => name.startsWith(value),
  description: ({ description = "" }, value) => wordsBegin(description, value),
  "tag-key": ({ tags }, value) => Object.keys(tags).some((key) => key.startsWith(value)),
  "tag-value": ({ tags }, value) => Object.values(tags).some((tag) => tag.startsWith(value)),
  "primary-region": ({ region, replicas }, value) => replicas.length > 0 && region.startsWith(value),
  "owning-service": () => false,
  all: ({ name, description = "", tags }, value) =>
    [name, description, ...Object.keys(tags), ...Object.values(tags)].some((text) => wordsBegin(text, value)),
};

const holds = (secret: SecretRecord, { Key: key, Values: given = [] }: Filter): boolean => {
  const matches = key === undefined ? undefined : matchers[key];
  if (matches === undefined) throw invalidParameter(`There is no filter ${key}.`);
  const negated = given.filter((value) => value.startsWith("!")).map((value) => value.slice(1));
  const plain = given.filter((value) => !value.startsWith("!"));
  return (
    negated.every((value) => !matches(secret, value)) &&
    (plain.length === 0 || plain.some((value) => matches(secret, value)))
  );
};

/** Whether a secret fulfils every filter, each by any of its values. Throws InvalidParameterException. */
export const matchesFilters = (secret: SecretRecord, filters: readonly Filter[] = []): boolean => {
  if (filters.length > mostFilters) throw invalidParameter(`At most ${mostFilters} filters are allowed.`);
  for (const { Key, Values } of filters) {
    if (Key === undefined || (Values ?? []).length === 0) {
      throw invalidParameter(`Invalid filter values for key: ${Key ?? ""}`);
    }
    if ((Values ?? []).length > mostValues)
      throw invalidParameter(`At most ${mostValues} values are allowed in a filter.`);
  }
  return filters.every((filter) => holds(secret, filter));
};
