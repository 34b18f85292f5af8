import type { ReadTransaction } from "../../state/store.ts";
import {
  type ChangeRecord,
  changes,
  type HealthCheckRecord,
  type HostedZoneRecord,
  healthChecks,
  hostedZones,
  namePrefix,
  type RecordSetRecord,
  recordSets,
} from "./collections.ts";
import { noSuchChange, noSuchHealthCheck, noSuchHostedZone } from "./errors.ts";

/** Clients give ids with or without the kind of the resource before them. */
export const bareId = (id: string | undefined): string =>
  (id ?? "").replace(/^\/?(hostedzone|change|healthcheck)\//, "");

/** Throws NoSuchHostedZone, also for another account's unless any account's will do. */
export const readZone = async (
  transaction: ReadTransaction,
  id: string | undefined,
  accountId: string | undefined,
): Promise<HostedZoneRecord> => {
  const bare = bareId(id);
  const zone = await transaction.get(hostedZones, bare);
  if (zone === undefined || (accountId !== undefined && zone.accountId !== accountId)) throw noSuchHostedZone(bare);
  return zone;
};

export const zonesOfAccount = async (
  transaction: ReadTransaction,
  accountId: string,
): Promise<readonly HostedZoneRecord[]> =>
  (await transaction.list(hostedZones, { index: { name: "account", value: accountId } })).map(
    ({ document }) => document,
  );

export const zonesOfVpc = async (transaction: ReadTransaction, vpcId: string): Promise<readonly HostedZoneRecord[]> =>
  (await transaction.list(hostedZones, { index: { name: "vpc", value: vpcId } })).map(({ document }) => document);

/** In Route 53's order, from behind a key. */
export const recordSetsOfZone = async (
  transaction: ReadTransaction,
  zoneId: string,
): Promise<readonly (RecordSetRecord & { readonly key: string })[]> =>
  (await transaction.list(recordSets, { prefix: `${zoneId}/` })).map(({ key, document }) => ({ key, ...document }));

export const recordSetsOfName = async (
  transaction: ReadTransaction,
  zoneId: string,
  name: string,
): Promise<readonly (RecordSetRecord & { readonly key: string })[]> =>
  (await transaction.list(recordSets, { prefix: namePrefix(zoneId, name) })).map(({ key, document }) => ({
    key,
    ...document,
  }));

export const readChange = async (
  transaction: ReadTransaction,
  id: string | undefined,
  accountId: string,
): Promise<ChangeRecord> => {
  const bare = bareId(id);
  const change = await transaction.get(changes, bare);
  if (change?.accountId !== accountId) throw noSuchChange(bare);
  return change;
};

export const readHealthCheck = async (
  transaction: ReadTransaction,
  id: string | undefined,
  accountId: string,
): Promise<HealthCheckRecord> => {
  const bare = bareId(id);
  const check = await transaction.get(healthChecks, bare);
  if (check?.accountId !== accountId) throw noSuchHealthCheck(bare);
  return check;
};

export const healthChecksOfAccount = async (
  transaction: ReadTransaction,
  accountId: string,
): Promise<readonly HealthCheckRecord[]> =>
  (await transaction.list(healthChecks, { index: { name: "account", value: accountId } })).map(
    ({ document }) => document,
  );
