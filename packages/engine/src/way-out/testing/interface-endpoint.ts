import { networkInterfaceId, subnetId, type VpcEndpointSpec } from "@fleetless/kernel";

/** An endpoint of a service in us-east-1, with private DNS. */
export const interfaceEndpoint = (service: string, rest: Partial<VpcEndpointSpec> = {}): VpcEndpointSpec => ({
  id: `vpce-${service}`,
  kind: "interface",
  serviceName: `com.amazonaws.us-east-1.${service}`,
  privateDnsNames: [`${service}.us-east-1.amazonaws.com`],
  dnsNames: [],
  interfaces: [
    { id: networkInterfaceId("eni-endpoint-a"), subnetId: subnetId("subnet-private"), privateAddress: "10.0.1.9" },
    { id: networkInterfaceId("eni-endpoint-b"), subnetId: subnetId("subnet-isolated"), privateAddress: "10.0.2.9" },
  ],
  ...rest,
});
