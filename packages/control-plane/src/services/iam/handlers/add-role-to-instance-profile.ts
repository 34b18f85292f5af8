import type { AddRoleToInstanceProfileCommandInput, AddRoleToInstanceProfileCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { rolesPerProfileLimit } from "../errors.ts";
import { changeInstanceProfile, findInstanceProfile } from "../instance-profiles.ts";
import { requireOwner, roleOwner } from "../owners.ts";
import { passRole } from "../pass-role.ts";
import { resourceTagKeys } from "../permissions.ts";
import { findRole } from "../repository.ts";
import { present } from "../validation.ts";

export const addRoleToInstanceProfile = defineOperation<
  IamDependencies,
  AddRoleToInstanceProfileCommandInput,
  Answer<AddRoleToInstanceProfileCommandOutput>
>({
  authorise: {
    kind: "permissions",
    permissions: async (input, call, { store }) => {
      const name = input.InstanceProfileName ?? "";
      const { profile, role } = await store.read(async (transaction) => ({
        profile: await findInstanceProfile(transaction, call.accountId, name),
        role: await findRole(transaction, call.accountId, input.RoleName ?? ""),
      }));
      const arn = profile?.arn ?? `arn:aws:iam::${call.accountId}:instance-profile/${name}`;
      return [
        {
          action: "iam:AddRoleToInstanceProfile",
          resources: [arn],
          conditionKeys: resourceTagKeys(profile?.tags ?? []),
        },
        ...passRole([role?.arn], "ec2.amazonaws.com"),
      ];
    },
  },
  handle: async (input, call, dependencies) => {
    const roleName = present(input.RoleName, "roleName");
    const name = present(input.InstanceProfileName, "instanceProfileName");
    await changeInstanceProfile(dependencies, call, name, async (profile, transaction) => {
      await requireOwner(transaction, roleOwner, call.accountId, roleName);
      if (profile.roleName !== undefined) throw rolesPerProfileLimit();
      return { ...profile, roleName };
    });
    return {};
  },
});
