import { randomUUID } from "node:crypto";
import type { DeleteServiceLinkedRoleCommandInput, DeleteServiceLinkedRoleCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import { roles } from "../collections.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { roleNotFound } from "../errors.ts";
import { requireOwner, roleOwner } from "../owners.ts";
import { onRole } from "../permissions.ts";
import { entityKey } from "../repository.ts";
import { roleDeletions } from "../service-linked-roles.ts";
import { present } from "../validation.ts";

/** The role is gone when this answers: no service of AWS has to let go of it. */
export const deleteServiceLinkedRole = defineOperation<
  IamDependencies,
  DeleteServiceLinkedRoleCommandInput,
  Answer<DeleteServiceLinkedRoleCommandOutput>
>({
  authorise: onRole("iam:DeleteServiceLinkedRole"),
  handle: (input, call, { store, clock }) =>
    store.transaction(async (transaction) => {
      const roleName = present(input.RoleName, "roleName");
      const role = await requireOwner(transaction, roleOwner, call.accountId, roleName);
      if (role.linkedService === undefined) throw roleNotFound(roleName);
      transaction.delete(roles, entityKey(call.accountId, roleName));
      const id = `task${role.path}${roleName}/${randomUUID()}`;
      transaction.put(roleDeletions, `${call.accountId}/${id}`, { deletedAt: clock.now() });
      return { DeletionTaskId: id };
    }),
});
