import type {
  ModifyVpcBlockPublicAccessOptionsRequest,
  ModifyVpcBlockPublicAccessOptionsResult,
} from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { type BlockPublicAccessRecord, changeBlockMode } from "../block-public-access.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { missingParameter } from "../errors.ts";
import { onEverything } from "../permissions.ts";
import { blockPublicAccessView } from "../views/block-public-access.ts";

export const modifyVpcBlockPublicAccessOptions = defineOperation<
  Ec2Dependencies,
  ModifyVpcBlockPublicAccessOptionsRequest,
  ModifyVpcBlockPublicAccessOptionsResult
>({
  authorise: onEverything("ModifyVpcBlockPublicAccessOptions"),
  handle: async ({ InternetGatewayBlockMode: mode }, call, { store, clock }) => {
    if (mode === undefined) throw missingParameter("internetGatewayBlockMode");
    const scope = scopeOfCall(call);
    const record: BlockPublicAccessRecord = { mode, changedAt: clock.now() };
    await store.transaction((transaction) => changeBlockMode(transaction, scope, record));
    return { VpcBlockPublicAccessOptions: blockPublicAccessView(scope, record) };
  },
});
