import { isIPv4 } from "node:net";
import type { CreateCustomerGatewayRequest, CreateCustomerGatewayResult } from "@aws-sdk/client-ec2";
import { newEc2Id } from "@fleetless/kernel";
import { defineOperation } from "../../../gateway/operation.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import {
  invalidParameterCombination,
  invalidParameterValue,
  missingParameter,
  tooManyCustomerGateways,
} from "../errors.ts";
import { onNew } from "../permissions.ts";
import { readTagSpecifications } from "../tags.ts";
import { customerGatewayView } from "../views/vpn.ts";
import {
  type CustomerGatewayRecord,
  customerGateways,
  customerGatewaysOf,
  guardVpnGateways,
} from "../vpn-collections.ts";

const maximumGateways = 50;
const defaultAsn = 65_000;
const greatestAsn = 4_294_967_295;

const asnOf = ({ BgpAsn, BgpAsnExtended }: CreateCustomerGatewayRequest): number => {
  if (BgpAsn !== undefined && BgpAsnExtended !== undefined) {
    throw invalidParameterCombination("Only one of BgpAsn and BgpAsnExtended may be given.");
  }
  const asn = BgpAsn ?? BgpAsnExtended ?? defaultAsn;
  if (asn < 1 || asn > greatestAsn) {
    throw invalidParameterValue(`Value (${asn}) for parameter bgpAsn is invalid. Invalid ASN.`);
  }
  return asn;
};

type Device = Pick<CustomerGatewayRecord, "type" | "asn" | "address" | "certificateArn" | "deviceName">;

const readDevice = (input: CreateCustomerGatewayRequest): Device => {
  const address = input.IpAddress ?? input.PublicIp;
  if (address === undefined && input.CertificateArn === undefined) throw missingParameter("ipAddress");
  if (address !== undefined && !isIPv4(address)) {
    throw invalidParameterValue(
      `Value (${address.slice(0, 40)}) for parameter ipAddress is invalid. Invalid IP address.`,
    );
  }
  if ((input.DeviceName?.length ?? 0) > 255) {
    throw invalidParameterValue("The device name of a customer gateway has at most 255 characters.");
  }
  return {
    type: "ipsec.1",
    asn: asnOf(input),
    ...(address === undefined ? {} : { address }),
    ...(input.CertificateArn === undefined ? {} : { certificateArn: input.CertificateArn }),
    ...(input.DeviceName === undefined ? {} : { deviceName: input.DeviceName }),
  };
};

const isSame = (one: Device, other: Device): boolean =>
  one.asn === other.asn &&
  one.address === other.address &&
  one.certificateArn === other.certificateArn &&
  one.deviceName === other.deviceName;

/** The same device again answers the gateway that there is, as on AWS. */
export const createCustomerGateway = defineOperation<
  Ec2Dependencies,
  CreateCustomerGatewayRequest,
  CreateCustomerGatewayResult
>({
  authorise: onNew("CreateCustomerGateway", "customer-gateway"),
  handle: async (input, call, { store }) => {
    const scope = scopeOfCall(call);
    const device = readDevice(input);
    const tags = readTagSpecifications(input.TagSpecifications, "customer-gateway");
    const gateway = await store.transaction(async (transaction) => {
      await guardVpnGateways(transaction, scope);
      const others = await customerGatewaysOf(transaction, scope);
      const same = others.find((other) => isSame(other, device));
      if (same !== undefined) return same;
      if (others.length >= maximumGateways) throw tooManyCustomerGateways();
      const made: CustomerGatewayRecord = { ...scope, ...device, tags, id: newEc2Id("cgw") };
      transaction.insert(customerGateways, made.id, made);
      return made;
    });
    return { CustomerGateway: customerGatewayView(gateway) };
  },
});
