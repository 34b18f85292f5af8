import type { Clock } from "@fleetless/kernel";
import type { Transaction } from "../../state/store.ts";
import { type Ipv4Network, parseIpv4Network } from "./ipv4.ts";
import {
  type CreatedNetworkInterface,
  createNetworkInterfaceFrom,
  type NetworkInterfaceRequest,
  releaseNetworkInterfaceTo,
} from "./network-interfaces.ts";

export { ensureDefaultNetwork } from "./default-network.ts";
export { type CreatedNetworkInterface, type NetworkInterfaceRequest, refusalInEcsWords } from "./network-interfaces.ts";
export { readVpcSpec, vpcChangedBy } from "./vpc-spec.ts";

/** Network interfaces for those who run workloads. */
export interface NetworkInterfaces {
  /**
   * Makes and attaches an interface. Throws InvalidSubnetID.NotFound, InvalidGroup.NotFound,
   * InvalidParameter (a group of another VPC), InsufficientFreeAddressesInSubnet and
   * InsufficientAddressCapacity; `refusalInEcsWords` turns the first three into ECS's words.
   */
  createNetworkInterface(transaction: Transaction, request: NetworkInterfaceRequest): Promise<CreatedNetworkInterface>;
  /** Deletes an interface and frees its addresses; one that is gone already is no error. */
  releaseNetworkInterface(transaction: Transaction, id: string): Promise<void>;
}

/** `publicAddressPool` is the CIDR from which the nodes give tasks their public addresses. */
export const createNetworkInterfaces = (publicAddressPool: string, clock: Clock): NetworkInterfaces => {
  const pool: Ipv4Network | undefined = parseIpv4Network(publicAddressPool);
  if (pool === undefined || pool.prefixLength > 29) {
    throw new RangeError(
      `The pool of public addresses must be an IPv4 network of at least a /29: ${publicAddressPool}`,
    );
  }
  return {
    createNetworkInterface: (transaction, request) =>
      createNetworkInterfaceFrom(transaction, request, pool, clock.now()),
    releaseNetworkInterface: (transaction, id) => releaseNetworkInterfaceTo(transaction, id, pool),
  };
};
