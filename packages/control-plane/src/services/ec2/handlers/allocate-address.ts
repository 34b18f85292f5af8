import type { AllocateAddressRequest, AllocateAddressResult } from "@aws-sdk/client-ec2";
import { newEc2Id } from "@fleetless/kernel";
import { defineOperation } from "../../../gateway/operation.ts";
import { publicPool, takeAddress } from "../address-pool.ts";
import { type AddressRecord, addresses } from "../connectivity-collections.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { maximumAddresses } from "../elastic-addresses.ts";
import { noFreePublicAddress, notSupported, tooManyAddresses } from "../errors.ts";
import { formatIpv4Network } from "../ipv4.ts";
import { onNew } from "../permissions.ts";
import { refuseParameters } from "../refuse-parameters.ts";
import { addressesOf } from "../repository.ts";
import { readTagSpecifications } from "../tags.ts";

export const allocateAddress = defineOperation<Ec2Dependencies, AllocateAddressRequest, AllocateAddressResult>({
  authorise: onNew("AllocateAddress", "elastic-ip"),
  handle: async (input, call, { store, clock, publicAddresses }) => {
    refuseParameters(input, ["CustomerOwnedIpv4Pool", "IpamPoolId", "Address"]);
    if (input.Domain === "standard") throw notSupported("EC2-Classic");
    if (input.PublicIpv4Pool !== undefined && input.PublicIpv4Pool !== "amazon") {
      throw notSupported(`The pool ${input.PublicIpv4Pool.slice(0, 60)} of public addresses`);
    }
    if (input.NetworkBorderGroup !== undefined && input.NetworkBorderGroup !== call.region) {
      throw notSupported(`The network border group ${input.NetworkBorderGroup.slice(0, 60)}`);
    }
    const scope = scopeOfCall(call);
    const tags = readTagSpecifications(input.TagSpecifications, "elastic-ip");
    return store.transaction(async (transaction) => {
      const others = await addressesOf(transaction, scope);
      if (others.length >= maximumAddresses) throw tooManyAddresses();
      const publicAddress = await takeAddress(transaction, publicPool(publicAddresses));
      if (publicAddress === undefined) throw noFreePublicAddress(formatIpv4Network(publicAddresses));
      const address: AddressRecord = {
        ...scope,
        tags,
        id: newEc2Id("eipalloc"),
        publicAddress,
        allocatedAt: clock.now(),
      };
      transaction.insert(addresses, address.id, address);
      return {
        AllocationId: address.id,
        PublicIp: publicAddress,
        Domain: "vpc",
        PublicIpv4Pool: "amazon",
        NetworkBorderGroup: scope.region,
      };
    });
  },
});
