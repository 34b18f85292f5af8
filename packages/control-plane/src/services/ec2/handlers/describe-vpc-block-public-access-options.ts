import type {
  DescribeVpcBlockPublicAccessOptionsRequest,
  DescribeVpcBlockPublicAccessOptionsResult,
} from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { blockPublicAccess } from "../block-public-access.ts";
import { scopeOf } from "../collections.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { onEverything } from "../permissions.ts";
import { blockPublicAccessView } from "../views/block-public-access.ts";

export const describeVpcBlockPublicAccessOptions = defineOperation<
  Ec2Dependencies,
  DescribeVpcBlockPublicAccessOptionsRequest,
  DescribeVpcBlockPublicAccessOptionsResult
>({
  authorise: onEverything("DescribeVpcBlockPublicAccessOptions"),
  handle: async (_input, call, { store }) => {
    const scope = scopeOfCall(call);
    const record = await store.read((transaction) => transaction.get(blockPublicAccess, scopeOf(scope)));
    return { VpcBlockPublicAccessOptions: blockPublicAccessView(scope, record) };
  },
});
