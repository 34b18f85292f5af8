import type { DeleteRoleCommandInput, DeleteRoleCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import { roles } from "../collections.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { mustRemoveFromProfiles, protectedRole } from "../errors.ts";
import { profilesOfRole } from "../instance-profiles.ts";
import { checkHasNoPolicies } from "../owner-policies.ts";
import { requireOwner, roleOwner } from "../owners.ts";
import { onRole } from "../permissions.ts";
import { entityKey } from "../repository.ts";
import { present } from "../validation.ts";

export const deleteRole = defineOperation<IamDependencies, DeleteRoleCommandInput, Answer<DeleteRoleCommandOutput>>({
  authorise: onRole("iam:DeleteRole"),
  handle: (input, call, { store }) =>
    store.transaction(async (transaction) => {
      const roleName = present(input.RoleName, "roleName");
      const role = await requireOwner(transaction, roleOwner, call.accountId, roleName);
      if (role.linkedService !== undefined) throw protectedRole(roleName);
      checkHasNoPolicies(role);
      if ((await profilesOfRole(transaction, call.accountId, roleName)).length > 0) throw mustRemoveFromProfiles();
      transaction.delete(roles, entityKey(call.accountId, roleName));
      return {};
    }),
});
