import type { DnsOptionsSpecification } from "@aws-sdk/client-ec2";
import type { ReadTransaction } from "../../state/store.ts";
import type { VpcEndpointRecord } from "./connectivity-collections.ts";
import { endpointServicesNamed } from "./endpoint-services.ts";
import { invalidParameter, notSupported } from "./errors.ts";
import { vpcEndpointsInVpc } from "./repository.ts";

type DnsOptions = NonNullable<VpcEndpointRecord["dnsOptions"]>;

/** The service has a gateway endpoint too, to which names of the service can lead inside of the VPC. */
const hasGatewayKind = (endpoint: VpcEndpointRecord): boolean =>
  endpointServicesNamed(endpoint.serviceName, endpoint.region).some(({ kind }) => kind === "Gateway");

/**
 * What a caller asks of the names of an interface endpoint. Throws InvalidParameter, and UnsupportedOperation for names
 * with addresses of IPv6. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DnsOptionsSpecification.html
 */
export const readDnsOptions = (
  asked: DnsOptionsSpecification | undefined,
  endpoint: VpcEndpointRecord,
): DnsOptions | undefined => {
  const { DnsRecordIpType: type, PrivateDnsOnlyForInboundResolverEndpoint: inboundOnly } = asked ?? {};
  if (asked?.PrivateDnsPreference !== undefined || asked?.PrivateDnsSpecifiedDomains !== undefined) {
    throw notSupported("A preference among private DNS names");
  }
  if (endpoint.kind === "Gateway") {
    if (inboundOnly !== undefined) {
      throw invalidParameter("PrivateDnsOnlyForInboundResolverEndpoint is for endpoints of the type Interface.");
    }
    if (type !== undefined && type !== "ipv4" && type !== "service-defined") {
      throw notSupported(`A VPC endpoint with DNS records of the type ${type}`);
    }
    return type === undefined ? undefined : { recordType: type };
  }
  if (type !== undefined && type !== "ipv4" && type !== "service-defined") {
    throw notSupported(`A VPC endpoint with DNS records of the type ${type}`);
  }
  const hasGateway = hasGatewayKind(endpoint);
  if (inboundOnly !== undefined && !hasGateway) {
    throw invalidParameter(
      `PrivateDnsOnlyForInboundResolverEndpoint not supported for this service ${endpoint.serviceName}.`,
    );
  }
  const before = endpoint.dnsOptions;
  return {
    recordType: type ?? before?.recordType ?? "ipv4",
    // AWS's own choice where the caller makes none.
    ...(hasGateway && endpoint.privateDnsEnabled
      ? { inboundResolverOnly: inboundOnly ?? before?.inboundResolverOnly ?? true }
      : {}),
  };
};

/** Names that lead to the interface endpoint from on-premises only need a gateway endpoint for all others. */
export const requireGatewayForNames = async (
  transaction: ReadTransaction,
  endpoint: VpcEndpointRecord,
): Promise<void> => {
  if (endpoint.dnsOptions?.inboundResolverOnly !== true) return;
  const others = await vpcEndpointsInVpc(transaction, endpoint.vpcId);
  if (others.some(({ kind, serviceName }) => kind === "Gateway" && serviceName === endpoint.serviceName)) return;
  throw invalidParameter(
    `To set PrivateDnsOnlyForInboundResolverEndpoint to true, the VPC ${endpoint.vpcId} must have a Gateway endpoint for the service.`,
  );
};

/** Whether names of the service lead to the endpoint for those who ask inside of the VPC. */
export const answersInVpc = ({ privateDnsEnabled, dnsOptions }: VpcEndpointRecord): boolean =>
  privateDnsEnabled && dnsOptions?.inboundResolverOnly !== true;
