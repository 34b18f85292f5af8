import type { CreateNatGatewayRequest, CreateNatGatewayResult } from "@aws-sdk/client-ec2";
import { newEc2Id } from "@fleetless/kernel";
import { defineOperation } from "../../../gateway/operation.ts";
import { idempotently } from "../../../state/idempotency.ts";
import type { ReadTransaction, Transaction } from "../../../state/store.ts";
import { keyInVpc, type SubnetRecord, type VpcRecord } from "../collections.ts";
import { type AddressRecord, type NatGatewayRecord, natGateways } from "../connectivity-collections.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { associateElasticAddress } from "../elastic-addresses.ts";
import {
  idempotentMismatch,
  invalidParameterCombination,
  ipv6OnlySubnet,
  missingParameter,
  notSupported,
  tooManyNatGateways,
} from "../errors.ts";
import { insertInterface, releaseNetworkInterfaceTo } from "../interface-records.ts";
import { idIn } from "../kept-results.ts";
import { guardVpc, requireAddress, requireNatGateway, requireSubnet, requireVpc } from "../ownership.ts";
import { onNew } from "../permissions.ts";
import { refuseParameters } from "../refuse-parameters.ts";
import { internetGatewayOfVpc, natGatewaysOf, subnetsOf } from "../repository.ts";
import { readTagSpecifications } from "../tags.ts";
import { natGatewayState, natGatewayView } from "../views/gateways.ts";

/** Why a public gateway cannot work, in AWS's words. */
const failureOf = async (
  transaction: ReadTransaction,
  vpc: VpcRecord,
  address: AddressRecord | undefined,
): Promise<NatGatewayRecord["failure"]> => {
  if (address?.association !== undefined) {
    return {
      code: "Resource.AlreadyAssociated",
      message: `Elastic IP address [${address.id}] is already associated`,
    };
  }
  if (address !== undefined && (await internetGatewayOfVpc(transaction, vpc)) === undefined) {
    return { code: "Gateway.NotAttached", message: `Network ${vpc.id} has no Internet gateway attached` };
  }
  return undefined;
};

/** In one availability zone: AWS's quota is 5 and may be raised. */
const maximumGateways = 100;

const requireRoom = async (transaction: ReadTransaction, subnet: SubnetRecord): Promise<void> => {
  const inZone = new Set(
    (await subnetsOf(transaction, subnet))
      .filter(({ availabilityZone }) => availabilityZone === subnet.availabilityZone)
      .map(({ id }) => id),
  );
  const living = (await natGatewaysOf(transaction, subnet)).filter(
    (each) => inZone.has(each.subnetId) && natGatewayState(each) === "available",
  );
  if (living.length >= maximumGateways) throw tooManyNatGateways();
};

export const createNatGateway = defineOperation<Ec2Dependencies, CreateNatGatewayRequest, CreateNatGatewayResult>({
  authorise: onNew("CreateNatGateway", "natgateway", (input) => [input.SubnetId, input.AllocationId]),
  handle: async (input, call, { store, clock, publicAddresses }) => {
    refuseParameters(input, [
      "SecondaryAllocationIds",
      "SecondaryPrivateIpAddresses",
      "SecondaryPrivateIpAddressCount",
      "AvailabilityZoneAddresses",
    ]);
    if (input.AvailabilityMode !== undefined && input.AvailabilityMode !== "zonal") {
      throw notSupported(`A NAT gateway of the availability mode ${input.AvailabilityMode}`);
    }
    const connectivity = input.ConnectivityType ?? "public";
    if (connectivity === "public" && input.AllocationId === undefined) throw missingParameter("AllocationId");
    if (connectivity === "private" && input.AllocationId !== undefined) {
      throw invalidParameterCombination("An AllocationId may not be given for a private NAT gateway.");
    }
    const tags = readTagSpecifications(input.TagSpecifications, "natgateway");
    const scope = scopeOfCall(call);
    const now = clock.now();
    const make = async (transaction: Transaction): Promise<NatGatewayRecord> => {
      const subnet = await requireSubnet(transaction, scope, input.SubnetId);
      const vpc = await requireVpc(transaction, scope, subnet.vpcId);
      await guardVpc(transaction, vpc.id);
      if (subnet.cidr === undefined)
        throw ipv6OnlySubnet("A NAT gateway, which has IPv4 addresses, cannot be", subnet.id);
      await requireRoom(transaction, subnet);
      const address =
        connectivity === "public" ? await requireAddress(transaction, scope, input.AllocationId) : undefined;
      const id = newEc2Id("nat");
      const failure = await failureOf(transaction, vpc, address);
      const record = await insertInterface(
        transaction,
        subnet,
        {
          tags: {},
          description: `Interface for NAT Gateway ${id}`,
          securityGroupIds: [],
          attachmentId: "",
          ec2AttachmentId: newEc2Id("ela-attach"),
          attachedAt: now,
          ownerId: scope.accountId,
          interfaceType: "natGateway",
          sourceDestCheck: false,
        },
        { privateAddress: input.PrivateIpAddress, ipv6AddressCount: 0 },
      );
      const associationId =
        address === undefined || failure !== undefined
          ? undefined
          : await associateElasticAddress(transaction, address, record, publicAddresses, id);
      if (failure !== undefined) await releaseNetworkInterfaceTo(transaction, record.id, publicAddresses);
      const gateway: NatGatewayRecord = {
        ...scope,
        tags,
        id,
        vpcId: vpc.id,
        subnetId: subnet.id,
        connectivity,
        createdAt: now,
        networkInterfaceId: record.id,
        privateAddress: record.privateAddress ?? "",
        ...(failure === undefined ? {} : { failure }),
        ...(address === undefined ? {} : { publicAddress: address.publicAddress, allocationId: address.id }),
        ...(associationId === undefined ? {} : { associationId }),
      };
      transaction.insert(natGateways, keyInVpc(gateway), gateway);
      return gateway;
    };
    return store.transaction((transaction) =>
      idempotently<CreateNatGatewayResult>(transaction, {
        scope: `${scope.accountId}/${scope.region}/ec2:CreateNatGateway`,
        token: input.ClientToken,
        input,
        now,
        mismatch: idempotentMismatch,
        make: async () => ({
          NatGateway: { ...natGatewayView(await make(transaction)), State: "pending" },
          ...(input.ClientToken === undefined ? {} : { ClientToken: input.ClientToken }),
        }),
        repeat: async (kept) => {
          const gateway = await requireNatGateway(transaction, scope, idIn(kept, "NatGateway", "NatGatewayId"));
          return { NatGateway: natGatewayView(gateway) };
        },
      }),
    );
  },
});
