import type { DeleteInstanceProfileCommandInput, DeleteInstanceProfileCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import { instanceProfiles } from "../collections.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { mustRemoveFromProfiles } from "../errors.ts";
import { onInstanceProfile, requireInstanceProfile } from "../instance-profiles.ts";
import { entityKey } from "../repository.ts";
import { present } from "../validation.ts";

export const deleteInstanceProfile = defineOperation<
  IamDependencies,
  DeleteInstanceProfileCommandInput,
  Answer<DeleteInstanceProfileCommandOutput>
>({
  authorise: onInstanceProfile("iam:DeleteInstanceProfile"),
  handle: (input, call, { store }) =>
    store.transaction(async (transaction) => {
      const name = present(input.InstanceProfileName, "instanceProfileName");
      const profile = await requireInstanceProfile(transaction, call.accountId, name);
      if (profile.roleName !== undefined) throw mustRemoveFromProfiles();
      transaction.delete(instanceProfiles, entityKey(call.accountId, name));
      return {};
    }),
});
