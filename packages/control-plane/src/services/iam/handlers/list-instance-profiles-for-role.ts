import type {
  ListInstanceProfilesForRoleCommandInput,
  ListInstanceProfilesForRoleCommandOutput,
} from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { readOwner, roleOwner } from "../owners.ts";
import { onRole } from "../permissions.ts";
import { present } from "../validation.ts";

/** Instance profiles cannot be made, so that no role is in any. */
export const listInstanceProfilesForRole = defineOperation<
  IamDependencies,
  ListInstanceProfilesForRoleCommandInput,
  Answer<ListInstanceProfilesForRoleCommandOutput>
>({
  authorise: onRole("iam:ListInstanceProfilesForRole"),
  handle: async (input, call, dependencies) => {
    await readOwner(dependencies, call, roleOwner, present(input.RoleName, "roleName"));
    return { InstanceProfiles: [], IsTruncated: false };
  },
});
