import { parseArn } from "@fleetless/kernel";
import type { RequiredPermission, ResourcePolicyOf } from "./operation.ts";

/** Gives each permission the policy of its resource, as the resource's service tells it. */
export const withResourcePolicies = async (
  permissions: readonly RequiredPermission[],
  policyOfService: (service: string) => ResourcePolicyOf | undefined,
): Promise<readonly RequiredPermission[]> => {
  const guarded: RequiredPermission[] = [];
  for (const permission of permissions) {
    if (permission.resourcePolicy !== undefined) {
      guarded.push(permission);
      continue;
    }
    const others: string[] = [];
    for (const resource of permission.resources) {
      const resourcePolicy = await policyOfService(parseArn(resource)?.service ?? "")?.(resource);
      if (resourcePolicy === undefined) others.push(resource);
      else guarded.push({ ...permission, resources: [resource], resourcePolicy });
    }
    if (others.length > 0 || permission.resources.length === 0) guarded.push({ ...permission, resources: others });
  }
  return guarded;
};
