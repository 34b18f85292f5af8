import type { ReadTransaction, Transaction } from "../../state/store.ts";
import {
  earlierVersions,
  type ParameterRecord,
  parameterKey,
  parameters,
  type Scope,
  scopePrefix,
  type VersionRecord,
  versionKey,
  versionPrefix,
} from "./collections.ts";
import { parameterNotFound, versionNotFound } from "./errors.ts";
import { type ParameterReference, parseParameterName } from "./names.ts";

/** A parameter whose time is over is gone, whether or not it has been cleared away yet. */
export const findByName = async (
  transaction: ReadTransaction,
  scope: Scope,
  name: string,
  now: number,
): Promise<ParameterRecord | undefined> => {
  const parameter = await transaction.get(parameters, parameterKey(scope, name));
  return parameter?.expiresAt !== undefined && parameter.expiresAt <= now ? undefined : parameter;
};

export const findParameter = async (
  transaction: ReadTransaction,
  scope: Scope,
  { names }: ParameterReference,
  now: number,
): Promise<ParameterRecord | undefined> => {
  for (const name of names) {
    const found = await findByName(transaction, scope, name, now);
    if (found !== undefined) return found;
  }
  return undefined;
};

/** By name or ARN. Throws ParameterNotFound. */
export const requireParameter = async (
  transaction: ReadTransaction,
  scope: Scope,
  name: string | undefined,
  now: number,
): Promise<ParameterRecord> => {
  const reference = parseParameterName(name, scope);
  const parameter = await findParameter(transaction, scope, reference, now);
  if (parameter === undefined) throw parameterNotFound(reference.given);
  return parameter;
};

/** The version with this number; undefined where the parameter has none such. */
export const findVersion = (
  transaction: ReadTransaction,
  parameter: ParameterRecord,
  version: number,
): Promise<VersionRecord | undefined> =>
  version === parameter.latest.version
    ? Promise.resolve(parameter.latest)
    : transaction.get(earlierVersions, versionKey(parameter, parameter.name, version));

/** The version that a selector means: the latest, one by number, or one by label. Throws ParameterVersionNotFound. */
export const selectVersion = async (
  transaction: ReadTransaction,
  parameter: ParameterRecord,
  selector: string | undefined,
): Promise<VersionRecord> => {
  if (selector === undefined) return parameter.latest;
  const number = /^\d{1,12}$/.test(selector) ? Number(selector) : parameter.labels[selector];
  const version = number === undefined ? undefined : await findVersion(transaction, parameter, number);
  if (version === undefined) throw versionNotFound(parameter.name, selector);
  return version;
};

/** All versions, the oldest first. */
export const versionsOf = async (
  transaction: ReadTransaction,
  parameter: ParameterRecord,
): Promise<readonly VersionRecord[]> => [
  ...(await transaction.list(earlierVersions, { prefix: versionPrefix(parameter, parameter.name) })).map(
    ({ document }) => document,
  ),
  parameter.latest,
];

export const putParameterRecord = (transaction: Transaction, parameter: ParameterRecord): void =>
  transaction.put(parameters, parameterKey(parameter, parameter.name), parameter);

export const putEarlierVersion = (transaction: Transaction, parameter: ParameterRecord, version: VersionRecord): void =>
  transaction.put(earlierVersions, versionKey(parameter, parameter.name, version.version), version);

export const removeEarlierVersion = (transaction: Transaction, parameter: ParameterRecord, version: number): void =>
  transaction.delete(earlierVersions, versionKey(parameter, parameter.name, version));

/** The parameter and its history. */
export const removeParameter = async (transaction: Transaction, parameter: ParameterRecord): Promise<void> => {
  for (const { key } of await transaction.list(earlierVersions, { prefix: versionPrefix(parameter, parameter.name) })) {
    transaction.delete(earlierVersions, key);
  }
  transaction.delete(parameters, parameterKey(parameter, parameter.name));
};

/** In order of names. */
export const parametersWithPrefix = async (
  transaction: ReadTransaction,
  scope: Scope,
  prefix: string,
  now: number,
): Promise<readonly ParameterRecord[]> =>
  (await transaction.list(parameters, { prefix: `${scopePrefix(scope)}${prefix}` }))
    .map(({ document }) => document)
    .filter(({ expiresAt }) => expiresAt === undefined || expiresAt > now);
