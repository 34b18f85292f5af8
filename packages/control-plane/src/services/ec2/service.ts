import { sdkSchemas } from "@fleetless/aws-protocol";
import type { Clock } from "@fleetless/kernel";
import { bindOperations } from "../../gateway/bind-operations.ts";
import type { Call } from "../../gateway/call.ts";
import type { BoundOperation } from "../../gateway/operation.ts";
import type { Service } from "../../gateway/service.ts";
import type { Store, Transaction } from "../../state/store.ts";
import { scopeOf } from "./collections.ts";
import { ensureDefaultNetwork } from "./default-network.ts";
import { type Ec2Dependencies, scopeOfCall } from "./dependencies.ts";
import { dryRun } from "./errors.ts";
import { releaseNetworkInterfaceTo } from "./interface-records.ts";
import { type Ipv4Network, parseIpv4Network } from "./ipv4.ts";
import {
  type CreatedNetworkInterface,
  createNetworkInterfaceFrom,
  type NetworkInterfaceRequest,
} from "./network-interfaces.ts";
import { ec2Operations } from "./operations.ts";
import { tagsOfArn } from "./taggable-resources.ts";

export type { NetworkInterfaceRecord } from "./collections.ts";
export type { FlowLogRecord } from "./connectivity-collections.ts";
export { defaultVpcIds, ensureDefaultNetwork } from "./default-network.ts";
export { createFlowLogDeliveries, type FlowLogDeliveries, flowLogsService } from "./flow-log-deliveries.ts";
export { areInOneVpc, ipv6OnlyAmong, type NetworkInterfaceRequest, refusalInEcsWords } from "./network-interfaces.ts";
export { findNetworkInterface, findVpc, networkInterfacesOf, type Scope } from "./repository.ts";
export { vpcReading } from "./vpc-reading.ts";
export { readVpcSpec, vpcChangedBy } from "./vpc-spec.ts";
export { knownRegions } from "./zones.ts";

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

const readPublicPool = (cidr: string): Ipv4Network => {
  const pool = parseIpv4Network(cidr);
  if (pool === undefined || pool.prefixLength > 29) {
    throw new RangeError(`The pool of public addresses must be an IPv4 network of at least a /29: ${cidr}`);
  }
  return pool;
};

/** `publicAddressPool` is the CIDR from which the nodes give tasks their public addresses. */
export const createNetworkInterfaces = (publicAddressPool: string, clock: Clock): NetworkInterfaces => {
  const pool = readPublicPool(publicAddressPool);
  return {
    createNetworkInterface: (transaction, request) =>
      createNetworkInterfaceFrom(transaction, request, pool, clock.now()),
    releaseNetworkInterface: (transaction, id) => releaseNetworkInterfaceTo(transaction, id, pool),
  };
};

export interface Ec2Options {
  readonly store: Store;
  readonly clock: Clock;
  /** The CIDR from which elastic addresses and those of tasks come. */
  readonly publicAddressPool: string;
}

const asksForDryRun = (input: unknown): boolean =>
  typeof input === "object" && input !== null && "DryRun" in input && input.DryRun === true;

/** Every account finds a default VPC in every region; with DryRun nothing happens but the checks before. */
const prepared = (operation: BoundOperation, prepare: (call: Call) => Promise<void>): BoundOperation => ({
  ...operation,
  handle: async (input, call) => {
    if (asksForDryRun(input)) throw dryRun();
    await prepare(call);
    return operation.handle(input, call);
  },
});

const defaultNetworks = (store: Store): ((call: Call) => Promise<void>) => {
  const ensured = new Set<string>();
  return async (call) => {
    const scope = scopeOfCall(call);
    if (ensured.has(scopeOf(scope))) return;
    await ensureDefaultNetwork(store, scope);
    ensured.add(scopeOf(scope));
  };
};

/** What no packet meets yet: what peerings make of names, and gateways of VPN connections, which there are none of. */
export const storedOnly: ReadonlySet<string> = new Set([
  "AttachVpnGateway",
  "CreateCustomerGateway",
  "CreateVpnGateway",
  "DisableVgwRoutePropagation",
  "EnableVgwRoutePropagation",
  "ModifyVpcPeeringConnectionOptions",
]);

export const createEc2Service = (options: Ec2Options): Service => {
  const { store, clock } = options;
  const dependencies: Ec2Dependencies = { store, clock, publicAddresses: readPublicPool(options.publicAddressPool) };
  const prepare = defaultNetworks(dependencies.store);
  const operations = bindOperations(dependencies, ec2Operations);
  return {
    signingName: "ec2",
    model: () => sdkSchemas(import.meta.resolve("@aws-sdk/client-ec2")),
    storedOnly,
    operations: new Map([...operations].map(([name, operation]) => [name, prepared(operation, prepare)])),
    controllers: [],
    tagsOf: (arn) => dependencies.store.read((transaction) => tagsOfArn(transaction, arn)),
  };
};
