import type { CreateInstanceProfileCommandInput, CreateInstanceProfileCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import { type InstanceProfileRecord, instanceProfiles } from "../collections.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { instanceProfileExists } from "../errors.ts";
import { newUniqueId } from "../ids.ts";
import { instanceProfileNameLength, instanceProfileView } from "../instance-profiles.ts";
import { onNew } from "../permissions.ts";
import { entityKey } from "../repository.ts";
import { checkName, checkPath, checkTags } from "../validation.ts";

export const createInstanceProfile = defineOperation<
  IamDependencies,
  CreateInstanceProfileCommandInput,
  Answer<CreateInstanceProfileCommandOutput>
>({
  authorise: onNew<CreateInstanceProfileCommandInput>(
    "iam:CreateInstanceProfile",
    (input) => `instance-profile${input.Path ?? "/"}${input.InstanceProfileName ?? ""}`,
  ),
  handle: async (input, call, { store, clock }) => {
    const profileName = checkName(input.InstanceProfileName, "instanceProfileName", instanceProfileNameLength);
    const path = checkPath(input.Path);
    const tags = checkTags(input.Tags, "InstanceProfile");
    return store.transaction(async (transaction) => {
      const key = entityKey(call.accountId, profileName);
      if ((await transaction.get(instanceProfiles, key)) !== undefined) throw instanceProfileExists(profileName);
      const profile: InstanceProfileRecord = {
        accountId: call.accountId,
        profileName,
        profileId: newUniqueId("AIPA"),
        path,
        arn: `arn:aws:iam::${call.accountId}:instance-profile${path}${profileName}`,
        createdAt: clock.now(),
        tags,
      };
      transaction.insert(instanceProfiles, key, profile);
      return { InstanceProfile: await instanceProfileView(transaction, profile) };
    });
  },
});
