import type { ParameterStringFilter } from "@aws-sdk/client-ssm";
import type { ParameterRecord } from "./collections.ts";
import { invalidFilterKey, invalidFilterOption, invalidFilterValue } from "./errors.ts";

const mostValues = 50;

/** What of a parameter a key of a filter compares with its values. */
const subjects: Readonly<Record<string, (parameter: ParameterRecord) => readonly string[]>> = {
  Name: ({ name }) => [name],
  Type: ({ latest }) => [latest.type],
  KeyId: ({ latest }) => (latest.keyId === undefined ? [] : [latest.keyId]),
  Tier: ({ latest }) => [latest.tier],
  DataType: ({ latest }) => [latest.dataType],
  Label: ({ labels }) => Object.keys(labels),
};

const parentOf = (name: string): string => name.slice(0, Math.max(name.lastIndexOf("/"), 0)) || "/";

const underPath = (name: string, path: string, recursive: boolean): boolean => {
  const prefix = path.endsWith("/") ? path : `${path}/`;
  return name.startsWith(prefix) && (recursive || `${parentOf(name)}/`.replace("//", "/") === prefix);
};

const compare: Readonly<Record<string, (subject: string, value: string) => boolean>> = {
  Equals: (subject, value) => subject === value,
  BeginsWith: (subject, value) => subject.startsWith(value),
  Contains: (subject, value) => subject.includes(value),
};

/** A name is the same with and without the slash before it. */
const spellings = (key: string, option: string, value: string): readonly string[] =>
  key === "Name" && option !== "Contains" && !value.startsWith("/") ? [value, `/${value}`] : [value];

const holds = (parameter: ParameterRecord, filter: ParameterStringFilter): boolean => {
  const { Key: key = "", Option: option = key === "Path" ? "OneLevel" : "Equals", Values: values = [] } = filter;
  if (key === "Path") {
    if (option !== "Recursive" && option !== "OneLevel") throw invalidFilterOption(`Option ${option} is invalid.`);
    return values.some((path) => underPath(parameter.name, path, option === "Recursive"));
  }
  const compares = compare[option];
  if (compares === undefined) throw invalidFilterOption(`Option ${option} is invalid.`);
  if (key.startsWith("tag:")) {
    const tag = parameter.tags[key.slice("tag:".length)];
    return tag !== undefined && (values.length === 0 || values.some((value) => compares(tag, value)));
  }
  const subject = subjects[key];
  if (subject === undefined) throw invalidFilterKey(`The filter key ${key} is not valid.`);
  if (values.length === 0)
    throw invalidFilterValue(`The following filter values are missing : null for filter key ${key}`);
  const wanted = values.flatMap((value) => spellings(key, option, value));
  return subject(parameter).some((text) => wanted.some((value) => compares(text, value)));
};

/** Whether a parameter fulfils every filter, each by any of its values. */
export const matchesFilters = (parameter: ParameterRecord, filters: readonly ParameterStringFilter[]): boolean =>
  filters.every((filter) => holds(parameter, filter));

/** Throws for filters that the operation does not take. */
export const checkFilters = (
  filters: readonly ParameterStringFilter[] | undefined,
  allowed: RegExp,
): readonly ParameterStringFilter[] => {
  const given = filters ?? [];
  const keys = given.map(({ Key }) => Key ?? "");
  for (const key of keys) {
    if (!allowed.test(key)) throw invalidFilterKey(`The following filter key is not valid: ${key}.`);
  }
  if (new Set(keys).size !== keys.length) {
    throw invalidFilterKey("The following filters are duplicated in the request. Include a filter key once.");
  }
  for (const { Values } of given) {
    if ((Values ?? []).length > mostValues) throw invalidFilterValue(`A filter can have at most ${mostValues} values.`);
  }
  return given;
};
