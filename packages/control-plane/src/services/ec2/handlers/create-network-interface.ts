import type { CreateNetworkInterfaceRequest, CreateNetworkInterfaceResult } from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Transaction } from "../../../state/store.ts";
import { makeOnce, tokenIn } from "../client-token.ts";
import type { NetworkInterfaceRecord } from "../collections.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { invalidParameterValue, notSupported } from "../errors.ts";
import { namesOfGroups } from "../group-names.ts";
import { insertInterface, requireAddressCount, takeInterfaceAddress } from "../interface-records.ts";
import { idIn } from "../kept-results.ts";
import { resolveGroups } from "../network-interfaces.ts";
import { guardVpc, requireNetworkInterface, requireSubnet } from "../ownership.ts";
import { onNew } from "../permissions.ts";
import { refuseParameters } from "../refuse-parameters.ts";
import { readTagSpecifications } from "../tags.ts";
import { networkInterfaceView } from "../views/network-interface.ts";

/** How many private addresses one interface may have beside its first. */
const maximumSecondaries = 49;

const wantedAddresses = (input: CreateNetworkInterfaceRequest) => {
  const listed = input.PrivateIpAddresses ?? [];
  const primary = listed.find((one) => one.Primary)?.PrivateIpAddress ?? input.PrivateIpAddress;
  const chosen = listed.flatMap((one) =>
    one.Primary || one.PrivateIpAddress === undefined ? [] : [one.PrivateIpAddress],
  );
  const count = input.SecondaryPrivateIpAddressCount ?? 0;
  requireAddressCount("secondaryPrivateIpAddressCount", count);
  requireAddressCount("ipv6AddressCount", input.Ipv6AddressCount ?? 0);
  if (chosen.length + count > maximumSecondaries) {
    throw invalidParameterValue(`An interface has at most ${maximumSecondaries} secondary addresses.`);
  }
  return { primary, secondaries: [...chosen, ...Array<undefined>(count).fill(undefined)] };
};

export const createNetworkInterface = defineOperation<
  Ec2Dependencies,
  CreateNetworkInterfaceRequest,
  CreateNetworkInterfaceResult
>({
  authorise: onNew("CreateNetworkInterface", "network-interface", (input) => [input.SubnetId, ...(input.Groups ?? [])]),
  handle: async (input, call, { store, clock }) => {
    refuseParameters(input, [
      "Ipv4Prefixes",
      "Ipv4PrefixCount",
      "Ipv6Prefixes",
      "Ipv6PrefixCount",
      "Ipv6Addresses",
      "EnablePrimaryIpv6",
      "ConnectionTrackingSpecification",
    ]);
    if (input.InterfaceType !== undefined && input.InterfaceType.toString() !== "interface") {
      throw notSupported(`An interface of the type ${input.InterfaceType}`);
    }
    const { primary, secondaries } = wantedAddresses(input);
    const tags = readTagSpecifications(input.TagSpecifications, "network-interface");
    const scope = scopeOfCall(call);
    const make = async (transaction: Transaction): Promise<NetworkInterfaceRecord> => {
      const subnet = await requireSubnet(transaction, scope, input.SubnetId);
      await guardVpc(transaction, subnet.vpcId);
      const securityGroupIds = await resolveGroups(
        transaction,
        { ...scope, securityGroupIds: input.Groups ?? [] },
        subnet,
      );
      const secondaryAddresses: string[] = [];
      // Chosen ones first, so that none is handed out before it is asked for by name.
      const first = primary === undefined ? undefined : await takeInterfaceAddress(transaction, subnet, primary);
      for (const one of secondaries) secondaryAddresses.push(await takeInterfaceAddress(transaction, subnet, one));
      return insertInterface(
        transaction,
        subnet,
        {
          tags,
          description: input.Description ?? "",
          securityGroupIds,
          attachmentId: "",
          attachedAt: clock.now(),
          ownerId: scope.accountId,
          madeByCaller: true,
        },
        {
          takenAddress: first,
          ...(secondaryAddresses.length === 0 ? {} : { secondaryAddresses }),
          ipv6AddressCount: input.Ipv6AddressCount,
        },
      );
    };
    return store.transaction(async (transaction) => {
      const answer = async (record: NetworkInterfaceRecord): Promise<CreateNetworkInterfaceResult> => ({
        NetworkInterface: networkInterfaceView(record, await namesOfGroups(transaction, record.securityGroupIds)),
        ...tokenIn(input),
      });
      return makeOnce<CreateNetworkInterfaceResult>(transaction, call, clock, {
        operation: "CreateNetworkInterface",
        input,
        make: async () => answer(await make(transaction)),
        repeat: async (kept) => {
          const id = idIn(kept, "NetworkInterface", "NetworkInterfaceId");
          return answer(await requireNetworkInterface(transaction, scope, id));
        },
      });
    });
  },
});
