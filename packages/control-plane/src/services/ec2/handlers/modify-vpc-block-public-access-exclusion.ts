import type {
  ModifyVpcBlockPublicAccessExclusionRequest,
  ModifyVpcBlockPublicAccessExclusionResult,
} from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { exclusions } from "../block-public-access.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { missingParameter } from "../errors.ts";
import { requireExclusion } from "../exclusions.ts";
import { touchVpc } from "../ownership.ts";
import { onIds } from "../permissions.ts";
import { exclusionView } from "../views/block-public-access.ts";

export const modifyVpcBlockPublicAccessExclusion = defineOperation<
  Ec2Dependencies,
  ModifyVpcBlockPublicAccessExclusionRequest,
  ModifyVpcBlockPublicAccessExclusionResult
>({
  authorise: onIds("ModifyVpcBlockPublicAccessExclusion", (input) => [input.ExclusionId]),
  handle: async ({ ExclusionId, InternetGatewayExclusionMode: mode }, call, { store, clock }) => {
    if (mode === undefined) throw missingParameter("internetGatewayExclusionMode");
    const exclusion = await store.transaction(async (transaction) => {
      const before = await requireExclusion(transaction, scopeOfCall(call), ExclusionId);
      const after = { ...before, mode, changedAt: clock.now() };
      transaction.put(exclusions, after.id, after);
      touchVpc(transaction, after.vpcId);
      return after;
    });
    return { VpcBlockPublicAccessExclusion: exclusionView(exclusion) };
  },
});
