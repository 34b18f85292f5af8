import type { GetInstanceProfileCommandInput, GetInstanceProfileCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { instanceProfileView, onInstanceProfile, requireInstanceProfile } from "../instance-profiles.ts";
import { present } from "../validation.ts";

export const getInstanceProfile = defineOperation<
  IamDependencies,
  GetInstanceProfileCommandInput,
  Answer<GetInstanceProfileCommandOutput>
>({
  authorise: onInstanceProfile("iam:GetInstanceProfile"),
  handle: (input, call, { store }) =>
    store.read(async (transaction) => {
      const profile = await requireInstanceProfile(
        transaction,
        call.accountId,
        present(input.InstanceProfileName, "instanceProfileName"),
      );
      return { InstanceProfile: await instanceProfileView(transaction, profile) };
    }),
});
