import type {
  AccountAttribute,
  DescribeAccountAttributesRequest,
  DescribeAccountAttributesResult,
} from "@aws-sdk/client-ec2";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { invalidParameterValue } from "../errors.ts";
import { maximumGroups } from "../network-interfaces.ts";
import { findDefaultVpcId } from "../repository.ts";

export const describeAccountAttributes = defineOperation<
  Ec2Dependencies,
  DescribeAccountAttributesRequest,
  DescribeAccountAttributesResult
>({
  authorise: permission("ec2:DescribeAccountAttributes", () => ["*"]),
  handle: async (input, call, { store }) => {
    const defaultVpc = await store.read((transaction) => findDefaultVpcId(transaction, scopeOfCall(call)));
    const values = new Map<string, string>([
      ["supported-platforms", "VPC"],
      ["default-vpc", defaultVpc ?? "none"],
      ["vpc-max-security-groups-per-interface", String(maximumGroups)],
    ]);
    const wanted: readonly string[] = input.AttributeNames?.length ? input.AttributeNames : [...values.keys()];
    return {
      AccountAttributes: wanted.map((name): AccountAttribute => {
        const value = values.get(name);
        if (value === undefined) throw invalidParameterValue(`The account attribute '${name}' is not known here.`);
        return { AttributeName: name, AttributeValues: [{ AttributeValue: value }] };
      }),
    };
  },
});
