import type {
  DescribeVpcEndpointServicesRequest,
  DescribeVpcEndpointServicesResult,
  ServiceDetail,
} from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Ec2Dependencies } from "../dependencies.ts";
import { type Describable, unboundedPageSizes } from "../describe.ts";
import { describePage } from "../describe-page.ts";
import { type EndpointService, endpointServices, privateDnsNamesOf, serviceNameOf } from "../endpoint-services.ts";
import { endpointServiceNotFound, notSupported } from "../errors.ts";
import { onEverything } from "../permissions.ts";
import { availabilityZonesOf } from "../zones.ts";

interface NamedService {
  readonly service: EndpointService;
  readonly serviceName: string;
}

const describableService = (region: string): Describable<NamedService> => ({
  idOf: ({ serviceName }) => serviceName,
  placeOf: ({ service, serviceName }) => `${serviceName}/${service.kind}`,
  tagsOf: () => ({}),
  notFound: endpointServiceNotFound,
  filters: {
    "service-name": ({ serviceName }) => serviceName,
    "service-type": ({ service }) => service.kind,
    owner: () => "amazon",
    "supported-ip-address-types": () => "ipv4",
    "service-region": () => region,
  },
  pageSizes: unboundedPageSizes,
});

export const describeVpcEndpointServices = defineOperation<
  Ec2Dependencies,
  DescribeVpcEndpointServicesRequest,
  DescribeVpcEndpointServicesResult
>({
  authorise: onEverything("DescribeVpcEndpointServices"),
  handle: async (input, { region }) => {
    const elsewhere = input.ServiceRegions?.find((one) => one !== region);
    if (elsewhere !== undefined)
      throw notSupported(`A VPC endpoint service of another region, ${elsewhere.slice(0, 40)},`);
    const all = endpointServices.map((service) => ({ service, serviceName: serviceNameOf(service, region) }));
    const { views, NextToken } = describePage(
      all,
      describableService(region),
      input,
      input.ServiceNames,
      ({ service, serviceName }): ServiceDetail => {
        const names = privateDnsNamesOf(service, region);
        return {
          ServiceName: serviceName,
          ServiceType: [{ ServiceType: service.kind }],
          ServiceRegion: region,
          AvailabilityZones: [...availabilityZonesOf(region)],
          Owner: "amazon",
          BaseEndpointDnsNames: [`${service.name}.${region}.vpce.amazonaws.com`],
          ...(names[0] === undefined ? {} : { PrivateDnsName: names[0] }),
          PrivateDnsNames: names.map((PrivateDnsName) => ({ PrivateDnsName })),
          VpcEndpointPolicySupported: true,
          AcceptanceRequired: false,
          ManagesVpcEndpoints: false,
          SupportedIpAddressTypes: ["ipv4"],
          Tags: [],
        };
      },
    );
    return { ServiceNames: views.map(({ ServiceName }) => ServiceName ?? ""), ServiceDetails: views, NextToken };
  },
});
