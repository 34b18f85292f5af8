import type { DescribeRegistryRequest, DescribeRegistryResponse } from "@aws-sdk/client-ecr";
import { defineOperation } from "../../../gateway/operation.ts";
import type { EcrDependencies } from "../dependencies.ts";
import { onRegistry } from "../permissions.ts";
import { readRegistry } from "../repository.ts";

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeRegistry.html */
export const describeRegistry = defineOperation<EcrDependencies, DescribeRegistryRequest, DescribeRegistryResponse>({
  authorise: onRegistry("DescribeRegistry"),
  handle: async (_input, call, { store }) => {
    const { replication } = await store.read((transaction) => readRegistry(transaction, call));
    return { registryId: call.accountId, replicationConfiguration: replication ?? { rules: [] } };
  },
});
