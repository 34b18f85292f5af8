import type { DescribeVpcAttributeRequest, DescribeVpcAttributeResult } from "@aws-sdk/client-ec2";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import { type Ec2Dependencies, ec2Arn, scopeOfCall } from "../dependencies.ts";
import { invalidParameterValue, vpcNotFound } from "../errors.ts";
import { findVpc } from "../repository.ts";

export const describeVpcAttribute = defineOperation<
  Ec2Dependencies,
  DescribeVpcAttributeRequest,
  DescribeVpcAttributeResult
>({
  authorise: permission("ec2:DescribeVpcAttribute", (input, call) => [
    ec2Arn(scopeOfCall(call), "vpc", input.VpcId ?? "*"),
  ]),
  handle: async (input, call, { store }) => {
    const id = input.VpcId ?? "";
    const vpc = await store.read((transaction) => findVpc(transaction, id));
    if (vpc === undefined || vpc.accountId !== call.accountId || vpc.region !== call.region) throw vpcNotFound(id);
    switch (input.Attribute) {
      case "enableDnsSupport":
        return { VpcId: vpc.id, EnableDnsSupport: { Value: vpc.enableDnsSupport } };
      case "enableDnsHostnames":
        return { VpcId: vpc.id, EnableDnsHostnames: { Value: vpc.enableDnsHostnames } };
      case "enableNetworkAddressUsageMetrics":
        return {
          VpcId: vpc.id,
          EnableNetworkAddressUsageMetrics: { Value: vpc.enableNetworkAddressUsageMetrics ?? false },
        };
      default:
        throw invalidParameterValue(`Value (${input.Attribute ?? ""}) for parameter attribute is invalid.`);
    }
  },
});
