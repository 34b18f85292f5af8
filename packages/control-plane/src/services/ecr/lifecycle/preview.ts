import type { LifecyclePolicyPreviewResult } from "@aws-sdk/client-ecr";
import { type LifecycleImage, parseLifecyclePolicy, planExpiry } from "@fleetless/engine";
import type { ReadTransaction } from "../../../state/store.ts";
import { listImages, type TaggedImage } from "../images/list-images.ts";

export const lifecycleImage = ({ image, tags }: TaggedImage): LifecycleImage => ({
  digest: image.digest,
  tags,
  pushedAt: image.pushedAt,
  pulledAt: image.pulledAt,
  members: image.manifests.map(({ digest }) => digest),
  subject: image.subject,
});

/** What a policy would expire now. */
export const previewExpiry = async (
  transaction: ReadTransaction,
  repository: string,
  text: string,
  now: number,
): Promise<readonly LifecyclePolicyPreviewResult[]> => {
  const images = await listImages(transaction, repository);
  const plan = planExpiry(parseLifecyclePolicy(text), images.map(lifecycleImage), now);
  const priorities = new Map(plan.map(({ digest, priority }) => [digest, priority]));
  return images.flatMap(({ image, tags }) => {
    const appliedRulePriority = priorities.get(image.digest);
    if (appliedRulePriority === undefined) return [];
    return [
      {
        imageDigest: image.digest,
        ...(tags.length === 0 ? {} : { imageTags: [...tags] }),
        imagePushedAt: new Date(image.pushedAt),
        action: { type: "EXPIRE" as const },
        appliedRulePriority,
      },
    ];
  });
};
