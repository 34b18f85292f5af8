import type { CustomerGateway, VpnGateway } from "@aws-sdk/client-ec2";
import { tagsView } from "../tags.ts";
import type { CustomerGatewayRecord, VpnGatewayRecord } from "../vpn-collections.ts";

/** Numbers of autonomous systems above this have four bytes, and a member of their own. */
const greatestShortAsn = 2_147_483_647;

export const customerGatewayView = (gateway: CustomerGatewayRecord): CustomerGateway => ({
  CustomerGatewayId: gateway.id,
  State: "available",
  Type: gateway.type,
  ...(gateway.asn > greatestShortAsn ? { BgpAsnExtended: String(gateway.asn) } : { BgpAsn: String(gateway.asn) }),
  ...(gateway.address === undefined ? {} : { IpAddress: gateway.address }),
  ...(gateway.certificateArn === undefined ? {} : { CertificateArn: gateway.certificateArn }),
  ...(gateway.deviceName === undefined ? {} : { DeviceName: gateway.deviceName }),
  Tags: tagsView(gateway.tags),
});

export const vpnGatewayView = (gateway: VpnGatewayRecord): VpnGateway => ({
  VpnGatewayId: gateway.id,
  State: "available",
  Type: gateway.type,
  AmazonSideAsn: gateway.amazonSideAsn,
  ...(gateway.availabilityZone === undefined ? {} : { AvailabilityZone: gateway.availabilityZone }),
  VpcAttachments: gateway.vpcId === undefined ? [] : [{ State: "attached", VpcId: gateway.vpcId }],
  Tags: tagsView(gateway.tags),
});
