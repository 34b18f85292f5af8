import type { CreateVpnGatewayRequest, CreateVpnGatewayResult } from "@aws-sdk/client-ec2";
import { newEc2Id } from "@fleetless/kernel";
import { defineOperation } from "../../../gateway/operation.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { invalidParameterValue, tooManyVpnGateways } from "../errors.ts";
import { onNew } from "../permissions.ts";
import { readTagSpecifications } from "../tags.ts";
import { vpnGatewayView } from "../views/vpn.ts";
import { guardVpnGateways, type VpnGatewayRecord, vpnGateways, vpnGatewaysOf } from "../vpn-collections.ts";
import { availabilityZonesOf } from "../zones.ts";

const maximumGateways = 5;
const defaultAsn = 64_512;

/** Of those that are set aside for private use, with two bytes and with four. */
const isPrivateAsn = (asn: number): boolean =>
  (asn >= 64_512 && asn <= 65_534) || (asn >= 4_200_000_000 && asn <= 4_294_967_294);

export const createVpnGateway = defineOperation<Ec2Dependencies, CreateVpnGatewayRequest, CreateVpnGatewayResult>({
  authorise: onNew("CreateVpnGateway", "vpn-gateway"),
  handle: async (input, call, { store }) => {
    const scope = scopeOfCall(call);
    const { AmazonSideAsn: amazonSideAsn = defaultAsn } = input;
    // Terraform sends an empty one for none.
    const availabilityZone = input.AvailabilityZone || undefined;
    if (!isPrivateAsn(amazonSideAsn)) {
      throw invalidParameterValue(`Value (${amazonSideAsn}) for parameter amazonSideAsn is invalid. Invalid ASN.`);
    }
    if (availabilityZone !== undefined && !availabilityZonesOf(scope.region).includes(availabilityZone)) {
      throw invalidParameterValue(
        `Value (${availabilityZone.slice(0, 40)}) for parameter availabilityZone is invalid.`,
      );
    }
    const gateway: VpnGatewayRecord = {
      ...scope,
      tags: readTagSpecifications(input.TagSpecifications, "vpn-gateway"),
      id: newEc2Id("vgw"),
      type: "ipsec.1",
      amazonSideAsn,
      ...(availabilityZone === undefined ? {} : { availabilityZone }),
    };
    await store.transaction(async (transaction) => {
      await guardVpnGateways(transaction, scope);
      if ((await vpnGatewaysOf(transaction, scope)).length >= maximumGateways) throw tooManyVpnGateways();
      transaction.insert(vpnGateways, gateway.id, gateway);
    });
    return { VpnGateway: vpnGatewayView(gateway) };
  },
});
