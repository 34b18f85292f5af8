import type { PutReplicationConfigurationRequest, PutReplicationConfigurationResponse } from "@aws-sdk/client-ecr";
import { defineOperation } from "../../../gateway/operation.ts";
import type { EcrDependencies } from "../dependencies.ts";
import { onRegistry } from "../permissions.ts";
import { putRegistry, readRegistry } from "../repository.ts";

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutReplicationConfiguration.html */
export const putReplicationConfiguration = defineOperation<
  EcrDependencies,
  PutReplicationConfigurationRequest,
  PutReplicationConfigurationResponse
>({
  authorise: onRegistry("PutReplicationConfiguration"),
  handle: async ({ replicationConfiguration }, call, { store }) => {
    const replication = replicationConfiguration ?? { rules: [] };
    await store.transaction(async (transaction) => {
      putRegistry(transaction, { ...(await readRegistry(transaction, call)), replication });
    });
    return { replicationConfiguration: replication };
  },
});
