import type {
  GetServiceLinkedRoleDeletionStatusCommandInput,
  GetServiceLinkedRoleDeletionStatusCommandOutput,
} from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { deletionTaskNotFound } from "../errors.ts";
import { onAll } from "../permissions.ts";
import { roleDeletions } from "../service-linked-roles.ts";
import { present } from "../validation.ts";

export const getServiceLinkedRoleDeletionStatus = defineOperation<
  IamDependencies,
  GetServiceLinkedRoleDeletionStatusCommandInput,
  Answer<GetServiceLinkedRoleDeletionStatusCommandOutput>
>({
  authorise: onAll("iam:GetServiceLinkedRoleDeletionStatus"),
  handle: async (input, call, { store }) => {
    const id = present(input.DeletionTaskId, "deletionTaskId");
    const done = await store.read((transaction) => transaction.get(roleDeletions, `${call.accountId}/${id}`));
    if (done === undefined) throw deletionTaskNotFound(id);
    return { Status: "SUCCEEDED" };
  },
});
