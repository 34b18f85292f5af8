import { parseArn } from "@fleetless/kernel";
import type { RequiredPermission } from "./operation.ts";

/** The tags of what an ARN names; undefined where there is no such thing, or none that has tags. */
export type TagsOfResource = (arn: string) => Promise<Readonly<Record<string, string>> | undefined>;

/**
 * Gives each permission the tags of its resource as condition keys, `aws:ResourceTag/<key>` and the service's
 * own. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-resourcetag
 */
export const withResourceTags = async (
  permissions: readonly RequiredPermission[],
  tagsOfService: (service: string) => TagsOfResource | undefined,
): Promise<readonly RequiredPermission[]> => {
  const tagged: RequiredPermission[] = [];
  for (const permission of permissions) {
    const untagged: string[] = [];
    for (const resource of permission.resources) {
      const service = parseArn(resource)?.service ?? "";
      const tags = Object.entries((await tagsOfService(service)?.(resource)) ?? {});
      if (tags.length === 0) untagged.push(resource);
      else {
        const keys = tags.flatMap(([key, value]) =>
          ["aws", service].map((prefix) => [`${prefix}:ResourceTag/${key}`, [value]] as const),
        );
        const conditionKeys = { ...permission.conditionKeys, ...Object.fromEntries(keys) };
        tagged.push({ ...permission, resources: [resource], conditionKeys });
      }
    }
    if (untagged.length > 0 || permission.resources.length === 0) tagged.push({ ...permission, resources: untagged });
  }
  return tagged;
};
