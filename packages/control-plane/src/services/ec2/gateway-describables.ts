import type {
  AddressRecord,
  DhcpOptionsRecord,
  EgressOnlyInternetGatewayRecord,
  NatGatewayRecord,
} from "./connectivity-collections.ts";
import { describable } from "./describables.ts";
import {
  allocationNotFound,
  dhcpOptionsNotFound,
  egressOnlyInternetGatewayNotFound,
  natGatewayNotFound,
} from "./errors.ts";
import { natGatewayState } from "./views/gateways.ts";

export const describableDhcpOptions = describable<DhcpOptionsRecord>(dhcpOptionsNotFound, {
  "dhcp-options-id": ({ id }) => id,
  key: ({ options }) => Object.keys(options),
  value: ({ options }) => Object.values(options).flat(),
  "owner-id": ({ accountId }) => accountId,
});

export const describableEgressOnlyInternetGateway = describable<EgressOnlyInternetGatewayRecord>(
  egressOnlyInternetGatewayNotFound,
  {},
  { least: 5, most: 255 },
);

export const describableAddress = describable<AddressRecord>(
  allocationNotFound,
  {
    "allocation-id": ({ id }) => id,
    "association-id": ({ association }) => association?.id,
    domain: () => "vpc",
    "network-border-group": ({ region }) => region,
    "network-interface-id": ({ association }) => association?.networkInterfaceId,
    "network-interface-owner-id": ({ association, accountId }) => (association === undefined ? undefined : accountId),
    "private-ip-address": ({ association }) => association?.privateAddress,
    "public-ip": ({ publicAddress }) => publicAddress,
    /** Tasks are no instances. */
    "instance-id": () => undefined,
  },
  { least: 1, most: 1000 },
);

export const describableNatGateway = describable<NatGatewayRecord>(natGatewayNotFound, {
  "nat-gateway-id": ({ id }) => id,
  state: natGatewayState,
  "subnet-id": ({ subnetId }) => subnetId,
  "vpc-id": ({ vpcId }) => vpcId,
});
