import type {
  DescribeVpcBlockPublicAccessExclusionsRequest,
  DescribeVpcBlockPublicAccessExclusionsResult,
} from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { exclusionsOf } from "../block-public-access.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { describePage } from "../describe-page.ts";
import { describableExclusion } from "../exclusions.ts";
import { onEverything } from "../permissions.ts";
import { exclusionView } from "../views/block-public-access.ts";

export const describeVpcBlockPublicAccessExclusions = defineOperation<
  Ec2Dependencies,
  DescribeVpcBlockPublicAccessExclusionsRequest,
  DescribeVpcBlockPublicAccessExclusionsResult
>({
  authorise: onEverything("DescribeVpcBlockPublicAccessExclusions"),
  handle: async (input, call, { store }) => {
    const all = await store.read((transaction) => exclusionsOf(transaction, scopeOfCall(call)));
    const { views, NextToken } = describePage(all, describableExclusion, input, input.ExclusionIds, exclusionView);
    return { VpcBlockPublicAccessExclusions: views, NextToken };
  },
});
