import type { UntagInstanceProfileCommandInput, UntagInstanceProfileCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { changeInstanceProfile, onInstanceProfile } from "../instance-profiles.ts";
import { present, withoutTags } from "../validation.ts";

export const untagInstanceProfile = defineOperation<
  IamDependencies,
  UntagInstanceProfileCommandInput,
  Answer<UntagInstanceProfileCommandOutput>
>({
  authorise: onInstanceProfile("iam:UntagInstanceProfile"),
  handle: async (input, call, dependencies) => {
    const name = present(input.InstanceProfileName, "instanceProfileName");
    await changeInstanceProfile(dependencies, call, name, (profile) => ({
      ...profile,
      tags: withoutTags(profile.tags, input.TagKeys),
    }));
    return {};
  },
});
