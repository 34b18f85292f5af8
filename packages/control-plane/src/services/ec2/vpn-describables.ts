import { describable } from "./describables.ts";
import { customerGatewayNotFound, vpnGatewayNotFound } from "./errors.ts";
import type { CustomerGatewayRecord, VpnGatewayRecord } from "./vpn-collections.ts";

/** Its call knows no pages. */
export const describableCustomerGateway = describable<CustomerGatewayRecord>(customerGatewayNotFound, {
  "customer-gateway-id": ({ id }) => id,
  "bgp-asn": ({ asn }) => String(asn),
  "ip-address": ({ address }) => address,
  "device-name": ({ deviceName }) => deviceName,
  state: () => "available",
  type: ({ type }) => type,
});

/** Its call knows no pages. */
export const describableVpnGateway = describable<VpnGatewayRecord>(vpnGatewayNotFound, {
  "vpn-gateway-id": ({ id }) => id,
  "amazon-side-asn": ({ amazonSideAsn }) => String(amazonSideAsn),
  "attachment.state": ({ vpcId }) => (vpcId === undefined ? undefined : "attached"),
  "attachment.vpc-id": ({ vpcId }) => vpcId,
  "availability-zone": ({ availabilityZone }) => availabilityZone,
  state: () => "available",
  type: ({ type }) => type,
});
