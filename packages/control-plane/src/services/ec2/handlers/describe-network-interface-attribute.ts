import type {
  DescribeNetworkInterfaceAttributeRequest,
  DescribeNetworkInterfaceAttributeResult,
} from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { invalidParameterValue } from "../errors.ts";
import { namesOfGroups } from "../group-names.ts";
import { requireNetworkInterface } from "../ownership.ts";
import { onIds } from "../permissions.ts";
import { networkInterfaceView } from "../views/network-interface.ts";

export const describeNetworkInterfaceAttribute = defineOperation<
  Ec2Dependencies,
  DescribeNetworkInterfaceAttributeRequest,
  DescribeNetworkInterfaceAttributeResult
>({
  authorise: onIds("DescribeNetworkInterfaceAttribute", (input) => [input.NetworkInterfaceId]),
  handle: async (input, call, { store }) => {
    const { record, names } = await store.read(async (transaction) => {
      const found = await requireNetworkInterface(transaction, scopeOfCall(call), input.NetworkInterfaceId);
      return { record: found, names: await namesOfGroups(transaction, found.securityGroupIds) };
    });
    const view = networkInterfaceView(record, names);
    switch (input.Attribute) {
      case "description":
        return { NetworkInterfaceId: record.id, Description: { Value: record.description } };
      case "groupSet":
        return { NetworkInterfaceId: record.id, Groups: view.Groups };
      case "sourceDestCheck":
        return { NetworkInterfaceId: record.id, SourceDestCheck: { Value: view.SourceDestCheck } };
      case "attachment":
        return { NetworkInterfaceId: record.id, Attachment: view.Attachment };
      default:
        throw invalidParameterValue(`Value (${input.Attribute ?? ""}) for parameter attribute is invalid.`);
    }
  },
});
