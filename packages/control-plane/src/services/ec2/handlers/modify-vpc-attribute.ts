import type { ModifyVpcAttributeRequest } from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { vpcs } from "../collections.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { invalidParameterCombination, missingParameter } from "../errors.ts";
import { requireVpc } from "../ownership.ts";
import { onIds } from "../permissions.ts";

export const modifyVpcAttribute = defineOperation<Ec2Dependencies, ModifyVpcAttributeRequest, Record<string, never>>({
  authorise: onIds("ModifyVpcAttribute", (input) => [input.VpcId]),
  handle: async (input, call, { store }) => {
    const support = input.EnableDnsSupport?.Value;
    const hostnames = input.EnableDnsHostnames?.Value;
    const metrics = input.EnableNetworkAddressUsageMetrics?.Value;
    const given = [support, hostnames, metrics].filter((value) => value !== undefined);
    if (given.length === 0) throw missingParameter("attribute");
    if (given.length > 1) throw invalidParameterCombination("Only one attribute can be modified at a time");
    await store.transaction(async (transaction) => {
      const vpc = await requireVpc(transaction, scopeOfCall(call), input.VpcId);
      transaction.put(vpcs, vpc.id, {
        ...vpc,
        enableDnsSupport: support ?? vpc.enableDnsSupport,
        enableDnsHostnames: hostnames ?? vpc.enableDnsHostnames,
        enableNetworkAddressUsageMetrics: metrics ?? vpc.enableNetworkAddressUsageMetrics ?? false,
      });
    });
    return {};
  },
});
