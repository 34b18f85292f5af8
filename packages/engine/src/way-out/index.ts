export { addressInTheWorld, gatewayServiceBlocks } from "./service-addresses.ts";
export { endpointServiceName, type ServiceDestination, type WayOut, wayToAddress, wayToService } from "./way-out.ts";
