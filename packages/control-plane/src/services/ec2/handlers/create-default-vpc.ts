import type { CreateDefaultVpcRequest, CreateDefaultVpcResult } from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { defaultVpcs, scopeOf } from "../collections.ts";
import { insertDefaultNetwork } from "../default-network.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { defaultVpcExists } from "../errors.ts";
import { onEverything } from "../permissions.ts";
import { vpcView } from "../views/network.ts";

export const createDefaultVpc = defineOperation<Ec2Dependencies, CreateDefaultVpcRequest, CreateDefaultVpcResult>({
  authorise: onEverything("CreateDefaultVpc"),
  handle: async (_input, call, { store }) => {
    const vpc = await store.transaction(async (transaction) => {
      const known = await transaction.get(defaultVpcs, scopeOf(scopeOfCall(call)));
      if (known?.vpcId !== undefined) throw defaultVpcExists();
      return insertDefaultNetwork(transaction, scopeOfCall(call));
    });
    return { Vpc: { ...vpcView(vpc), State: "pending" } };
  },
});
