import type { DeleteRoleCommandInput, DeleteRoleCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import { roles } from "../collections.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
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
      checkHasNoPolicies(await requireOwner(transaction, roleOwner, call.accountId, roleName));
      transaction.delete(roles, entityKey(call.accountId, roleName));
      return {};
    }),
});
