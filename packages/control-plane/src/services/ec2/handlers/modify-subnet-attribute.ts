import type { ModifySubnetAttributeRequest } from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { keyInVpc, type SubnetRecord, subnets } from "../collections.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import {
  invalidParameterCombination,
  invalidParameterValue,
  ipv6OnlySubnet,
  missingParameter,
  notSupported,
} from "../errors.ts";
import { requireSubnet } from "../ownership.ts";
import { onIds } from "../permissions.ts";
import { refuseParameters } from "../refuse-parameters.ts";

type Changes = Partial<
  Pick<
    SubnetRecord,
    | "mapPublicIpOnLaunch"
    | "assignIpv6AddressOnCreation"
    | "enableDns64"
    | "hostnameType"
    | "enableResourceNameDnsARecord"
    | "enableResourceNameDnsAAAARecord"
  >
>;

const readChanges = (input: ModifySubnetAttributeRequest): Changes => {
  const given: readonly (Changes | undefined)[] = [
    input.MapPublicIpOnLaunch && { mapPublicIpOnLaunch: input.MapPublicIpOnLaunch.Value ?? false },
    input.AssignIpv6AddressOnCreation && {
      assignIpv6AddressOnCreation: input.AssignIpv6AddressOnCreation.Value ?? false,
    },
    input.EnableDns64 && { enableDns64: input.EnableDns64.Value ?? false },
    input.PrivateDnsHostnameTypeOnLaunch && { hostnameType: input.PrivateDnsHostnameTypeOnLaunch },
    input.EnableResourceNameDnsARecordOnLaunch && {
      enableResourceNameDnsARecord: input.EnableResourceNameDnsARecordOnLaunch.Value ?? false,
    },
    input.EnableResourceNameDnsAAAARecordOnLaunch && {
      enableResourceNameDnsAAAARecord: input.EnableResourceNameDnsAAAARecordOnLaunch.Value ?? false,
    },
  ];
  const changes = given.filter((change) => change !== undefined);
  if (changes.length > 1) throw invalidParameterCombination("Only one subnet attribute can be modified at a time");
  const [change] = changes;
  if (change === undefined) throw missingParameter("attribute");
  return change;
};

/** What has no sense without IPv4 addresses, or leaves interfaces without any. Throws InvalidParameterCombination. */
const requireForIpv6Only = ({ id }: SubnetRecord, changes: Changes): void => {
  if (changes.mapPublicIpOnLaunch) throw ipv6OnlySubnet("mapPublicIpOnLaunch cannot be true", id);
  if (changes.assignIpv6AddressOnCreation === false) {
    throw ipv6OnlySubnet("assignIpv6AddressOnCreation cannot be false", id);
  }
  if (changes.hostnameType === "ip-name") throw ipv6OnlySubnet("privateDnsHostnameTypeOnLaunch cannot be ip-name", id);
  if (changes.enableResourceNameDnsARecord) {
    throw ipv6OnlySubnet("enableResourceNameDnsARecordOnLaunch cannot be true", id);
  }
};

export const modifySubnetAttribute = defineOperation<
  Ec2Dependencies,
  ModifySubnetAttributeRequest,
  Record<string, never>
>({
  authorise: onIds("ModifySubnetAttribute", (input) => [input.SubnetId]),
  handle: async (input, call, { store }) => {
    if (input.MapCustomerOwnedIpOnLaunch?.Value) throw notSupported("A customer-owned address pool");
    refuseParameters(input, ["CustomerOwnedIpv4Pool", "DisableLniAtDeviceIndex", "EnableLniAtDeviceIndex"]);
    if (input.MapCustomerOwnedIpOnLaunch !== undefined) return {};
    const changes = readChanges(input);
    await store.transaction(async (transaction) => {
      const subnet = await requireSubnet(transaction, scopeOfCall(call), input.SubnetId);
      if (changes.assignIpv6AddressOnCreation && subnet.ipv6Block === undefined) {
        throw invalidParameterValue(
          `Invalid value 'true' for assignIpv6AddressOnCreation. The subnet ${subnet.id} has no IPv6 CIDR block.`,
        );
      }
      if (subnet.cidr === undefined) requireForIpv6Only(subnet, changes);
      transaction.put(subnets, keyInVpc(subnet), { ...subnet, ...changes });
    });
    return {};
  },
});
