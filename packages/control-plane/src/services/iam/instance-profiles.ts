import type { InstanceProfile } from "@aws-sdk/client-iam";
import type { Call } from "../../gateway/call.ts";
import type { Authorisation } from "../../gateway/operation.ts";
import type { ReadTransaction, Transaction } from "../../state/store.ts";
import { type InstanceProfileRecord, instanceProfiles } from "./collections.ts";
import type { IamDependencies } from "./dependencies.ts";
import { instanceProfileNotFound } from "./errors.ts";
import { resourceTagKeys } from "./permissions.ts";
import { entityKey, findRole } from "./repository.ts";
import { dateView, roleSummary, tagsView } from "./views.ts";

export const instanceProfileNameLength = 128;

export const findInstanceProfile = async (
  transaction: ReadTransaction,
  accountId: string,
  name: string,
): Promise<InstanceProfileRecord | undefined> => {
  const profile = await transaction.get(instanceProfiles, entityKey(accountId, name));
  return profile?.profileName === name ? profile : undefined;
};

export const requireInstanceProfile = async (
  transaction: ReadTransaction,
  accountId: string,
  name: string,
): Promise<InstanceProfileRecord> => {
  const profile = await findInstanceProfile(transaction, accountId, name);
  if (profile === undefined) throw instanceProfileNotFound(name);
  return profile;
};

export const changeInstanceProfile = (
  { store }: IamDependencies,
  call: Call,
  name: string,
  change: (
    profile: InstanceProfileRecord,
    transaction: Transaction,
  ) => InstanceProfileRecord | Promise<InstanceProfileRecord>,
): Promise<void> =>
  store.transaction(async (transaction) => {
    const profile = await requireInstanceProfile(transaction, call.accountId, name);
    transaction.put(instanceProfiles, entityKey(call.accountId, name), await change(profile, transaction));
  });

export const listProfiles = async (
  transaction: ReadTransaction,
  accountId: string,
): Promise<readonly InstanceProfileRecord[]> =>
  (await transaction.list(instanceProfiles, { prefix: `${accountId}/` })).map(({ document }) => document);

export const profilesOfRole = async (
  transaction: ReadTransaction,
  accountId: string,
  roleName: string,
): Promise<readonly InstanceProfileRecord[]> => {
  const index = { name: "role", value: entityKey(accountId, roleName) };
  return (await transaction.list(instanceProfiles, { index })).map(({ document }) => document);
};

export const instanceProfileView = async (
  transaction: ReadTransaction,
  profile: InstanceProfileRecord,
): Promise<InstanceProfile> => {
  const { accountId, roleName } = profile;
  const role = roleName === undefined ? undefined : await findRole(transaction, accountId, roleName);
  return {
    Path: profile.path,
    InstanceProfileName: profile.profileName,
    InstanceProfileId: profile.profileId,
    Arn: profile.arn,
    CreateDate: dateView(profile.createdAt),
    Roles: role === undefined ? [] : [roleSummary(role)],
    ...(profile.tags.length === 0 ? {} : { Tags: tagsView(profile.tags) }),
  };
};

/** An action on the instance profile that the input names. */
export const onInstanceProfile = (
  action: string,
): Authorisation<{ readonly InstanceProfileName: string | undefined }, IamDependencies> => ({
  kind: "permissions",
  permissions: async (input, call, { store }) => {
    const name = input.InstanceProfileName ?? "";
    const profile = await store.read((transaction) => findInstanceProfile(transaction, call.accountId, name));
    const arn = profile?.arn ?? `arn:aws:iam::${call.accountId}:instance-profile/${name}`;
    return [{ action, resources: [arn], conditionKeys: resourceTagKeys(profile?.tags ?? []) }];
  },
});
