import type { AccessKeyRecord, UserRecord } from "./collections.ts";
import type { IamDependencies } from "./dependencies.ts";
import { accessKeysOfUser, listUsers } from "./repository.ts";

const keyColumns = ["active", "last_rotated", "last_used_date", "last_used_region", "last_used_service"];
/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html */
const columns = [
  ...["user", "arn", "user_creation_time", "password_enabled", "password_last_used", "password_last_changed"],
  ...["password_next_rotation", "mfa_active"],
  ...[1, 2].flatMap((number) => keyColumns.map((column) => `access_key_${number}_${column}`)),
  ...[1, 2].flatMap((number) => [`cert_${number}_active`, `cert_${number}_last_rotated`]),
];
const noCertificates = ["false", "N/A", "false", "N/A"];
const noKey = ["false", "N/A", "N/A", "N/A", "N/A"];

/** ISO 8601 as AWS writes it in reports. */
const timeOf = (milliseconds: number): string => `${new Date(milliseconds).toISOString().slice(0, 19)}+00:00`;

/** Every user of the account with the age and the last use of its credentials, as CSV. */
export const writeCredentialReport = async (
  { store, callHistory, accountCreatedAt }: IamDependencies,
  accountId: string,
): Promise<string> => {
  const keyCells = async (key: AccessKeyRecord | undefined): Promise<readonly string[]> => {
    if (key === undefined) return noKey;
    const last = await callHistory.lastOfKey(key.accessKeyId);
    const use = last === undefined ? ["N/A", "N/A", "N/A"] : [timeOf(last.at), last.region, last.service];
    return [String(key.status === "Active"), timeOf(key.createdAt), ...use];
  };
  const { users, keysOf } = await store.read(async (transaction) => {
    const found = await listUsers(transaction, accountId);
    const keys = new Map<string, readonly AccessKeyRecord[]>();
    for (const { userName } of found) keys.set(userName, await accessKeysOfUser(transaction, accountId, userName));
    return { users: found, keysOf: ({ userName }: UserRecord) => keys.get(userName) ?? [] };
  });
  const rows = [columns, await rootRow(accountId, await accountCreatedAt(accountId), keyCells)];
  for (const user of users) {
    const [first, second] = keysOf(user).toSorted((left, right) => left.createdAt - right.createdAt);
    rows.push([
      ...[user.userName, user.arn, timeOf(user.createdAt), "false", "N/A", "N/A", "N/A", "false"],
      ...(await keyCells(first)),
      ...(await keyCells(second)),
      ...noCertificates,
    ]);
  }
  return rows.map((row) => row.join(",")).join("\n");
};

/** Root has the one key that the first run made. */
const rootRow = async (
  accountId: string,
  createdAt: number,
  keyCells: (key: AccessKeyRecord | undefined) => Promise<readonly string[]>,
): Promise<string[]> => {
  const arn = `arn:aws:iam::${accountId}:root`;
  const password = ["not_supported", "no_information", "not_supported", "not_supported"];
  const key = ["true", timeOf(createdAt), ...noKey.slice(2)];
  return [
    "<root_account>",
    arn,
    timeOf(createdAt),
    ...password,
    "false",
    ...key,
    ...(await keyCells(undefined)),
    ...noCertificates,
  ];
};
