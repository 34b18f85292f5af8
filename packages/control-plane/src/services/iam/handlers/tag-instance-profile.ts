import type { TagInstanceProfileCommandInput, TagInstanceProfileCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { changeInstanceProfile, onInstanceProfile } from "../instance-profiles.ts";
import { checkTags, mergeTags, present } from "../validation.ts";

export const tagInstanceProfile = defineOperation<
  IamDependencies,
  TagInstanceProfileCommandInput,
  Answer<TagInstanceProfileCommandOutput>
>({
  authorise: onInstanceProfile("iam:TagInstanceProfile"),
  handle: async (input, call, dependencies) => {
    const added = checkTags(input.Tags, "InstanceProfile");
    const name = present(input.InstanceProfileName, "instanceProfileName");
    await changeInstanceProfile(dependencies, call, name, (profile) => ({
      ...profile,
      tags: mergeTags(profile.tags, added, "InstanceProfile"),
    }));
    return {};
  },
});
