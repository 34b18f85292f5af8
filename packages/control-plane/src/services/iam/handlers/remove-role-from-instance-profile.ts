import type {
  RemoveRoleFromInstanceProfileCommandInput,
  RemoveRoleFromInstanceProfileCommandOutput,
} from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { roleNotInProfile } from "../errors.ts";
import { changeInstanceProfile, onInstanceProfile } from "../instance-profiles.ts";
import { present } from "../validation.ts";

export const removeRoleFromInstanceProfile = defineOperation<
  IamDependencies,
  RemoveRoleFromInstanceProfileCommandInput,
  Answer<RemoveRoleFromInstanceProfileCommandOutput>
>({
  authorise: onInstanceProfile("iam:RemoveRoleFromInstanceProfile"),
  handle: async (input, call, dependencies) => {
    const roleName = present(input.RoleName, "roleName");
    const name = present(input.InstanceProfileName, "instanceProfileName");
    await changeInstanceProfile(dependencies, call, name, (profile) => {
      if (profile.roleName !== roleName) throw roleNotInProfile(roleName, name);
      return { ...profile, roleName: undefined };
    });
    return {};
  },
});
