export { addressInTheWorld, gatewayServiceBlocks } from "./service-addresses.ts";
export {
  endpointServiceName,
  familyOfWays,
  type ServiceDestination,
  type WayOut,
  wayToAddress,
  wayToService,
} from "./way-out.ts";
