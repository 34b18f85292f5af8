import type { GetAccountSummaryCommandInput, GetAccountSummaryCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Collection } from "../../../state/store.ts";
import { groups, instanceProfiles, oidcProviders, roles, users } from "../collections.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { onAll } from "../permissions.ts";
import { listCustomerPolicies } from "../repository.ts";

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const quotas = {
  AccessKeysPerUserQuota: 2,
  AssumeRolePolicySizeQuota: 2_048,
  AttachedPoliciesPerGroupQuota: 10,
  AttachedPoliciesPerRoleQuota: 10,
  AttachedPoliciesPerUserQuota: 10,
  GlobalEndpointTokenVersion: 2,
  GroupPolicySizeQuota: 5_120,
  GroupsPerUserQuota: 10,
  PolicySizeQuota: 6_144,
  RolePolicySizeQuota: 10_240,
  UserPolicySizeQuota: 2_048,
  VersionsPerPolicyQuota: 5,
};

export const getAccountSummary = defineOperation<
  IamDependencies,
  GetAccountSummaryCommandInput,
  Answer<GetAccountSummaryCommandOutput>
>({
  authorise: onAll("iam:GetAccountSummary"),
  handle: (_input, call, { store }) =>
    store.read(async (transaction) => {
      const { accountId } = call;
      const prefix = `${accountId}/`;
      const count = async <Document>(collection: Collection<Document>): Promise<number> =>
        (await transaction.list(collection, { prefix })).length;
      const customers = await listCustomerPolicies(transaction, accountId);
      return {
        SummaryMap: {
          ...quotas,
          Users: await count(users),
          Groups: await count(groups),
          Roles: await count(roles),
          InstanceProfiles: await count(instanceProfiles),
          Providers: await count(oidcProviders),
          Policies: customers.length,
          PolicyVersionsInUse: customers.reduce((sum, { versions }) => sum + versions.length, 0),
          AccountAccessKeysPresent: 1,
          AccountMFAEnabled: 0,
          AccountPasswordPresent: 0,
          AccountSigningCertificatesPresent: 0,
          MFADevices: 0,
          MFADevicesInUse: 0,
          ServerCertificates: 0,
        },
      };
    }),
});
