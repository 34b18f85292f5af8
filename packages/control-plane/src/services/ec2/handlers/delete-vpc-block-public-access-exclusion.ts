import type {
  DeleteVpcBlockPublicAccessExclusionRequest,
  DeleteVpcBlockPublicAccessExclusionResult,
} from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { exclusions } from "../block-public-access.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { requireExclusion } from "../exclusions.ts";
import { touchVpc } from "../ownership.ts";
import { onIds } from "../permissions.ts";
import { exclusionView } from "../views/block-public-access.ts";

export const deleteVpcBlockPublicAccessExclusion = defineOperation<
  Ec2Dependencies,
  DeleteVpcBlockPublicAccessExclusionRequest,
  DeleteVpcBlockPublicAccessExclusionResult
>({
  authorise: onIds("DeleteVpcBlockPublicAccessExclusion", (input) => [input.ExclusionId]),
  handle: async ({ ExclusionId }, call, { store, clock }) => {
    const exclusion = await store.transaction(async (transaction) => {
      const found = await requireExclusion(transaction, scopeOfCall(call), ExclusionId);
      transaction.delete(exclusions, found.id);
      touchVpc(transaction, found.vpcId);
      return found;
    });
    const view = exclusionView(exclusion);
    return {
      VpcBlockPublicAccessExclusion: {
        ...view,
        State: "delete-complete",
        DeletionTimestamp: new Date(clock.now()),
      },
    };
  },
});
