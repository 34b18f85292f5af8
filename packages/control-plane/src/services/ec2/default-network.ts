import { newEc2Id, subnetId, type VpcId, vpcId } from "@fleetless/kernel";
import { DocumentExistsError, type ReadTransaction, type Store, type Transaction } from "../../state/store.ts";
import {
  defaultVpcs,
  internetGateways,
  keyInVpc,
  type OwnedResource,
  scopeOf,
  subnets,
  type VpcRecord,
} from "./collections.ts";
import { requireDefaultDhcpOptions } from "./dhcp-options.ts";
import type { Scope } from "./repository.ts";
import { insertVpc } from "./vpc-creation.ts";
import { availabilityZonesOf } from "./zones.ts";

const cidr = "172.31.0.0/16";
/** Makes the scope's default VPC with a public subnet in each zone. */
export const insertDefaultNetwork = async (transaction: Transaction, scope: Scope): Promise<VpcRecord> => {
  const owner: OwnedResource = { accountId: scope.accountId, region: scope.region, tags: {} };
  const options = await requireDefaultDhcpOptions(transaction, scope);
  const vpc: VpcRecord = {
    ...owner,
    id: vpcId(newEc2Id("vpc")),
    cidr,
    cidrAssociationId: newEc2Id("vpc-cidr-assoc"),
    isDefault: true,
    dhcpOptionsId: options.id,
    enableDnsSupport: true,
    enableDnsHostnames: true,
  };
  transaction.put(defaultVpcs, scopeOf(scope), { vpcId: vpc.id });
  const subnetIds = availabilityZonesOf(scope.region).map((availabilityZone, index) => {
    const subnet = {
      ...owner,
      id: subnetId(newEc2Id("subnet")),
      vpcId: vpc.id,
      cidr: `172.31.${index * 16}.0/20`,
      availabilityZone,
      mapPublicIpOnLaunch: true,
      defaultForAz: true,
    };
    transaction.insert(subnets, keyInVpc(subnet), subnet);
    return subnet.id;
  });
  const gatewayId = newEc2Id("igw");
  transaction.insert(internetGateways, gatewayId, { ...owner, id: gatewayId, vpcId: vpc.id });
  const route = { destinationCidr: "0.0.0.0/0", gatewayId, origin: "CreateRoute" } as const;
  insertVpc(transaction, vpc, subnetIds, [route]);
  return vpc;
};

/**
 * Makes sure that an account has its default VPC in a region, as AWS gives every account one; undefined where the
 * account deleted it. https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc.html
 */
export const ensureDefaultNetwork = async (store: Store, scope: Scope): Promise<VpcId | undefined> => {
  const read = (transaction: ReadTransaction) => transaction.get(defaultVpcs, scopeOf(scope));
  const existing = await store.read(read);
  if (existing !== undefined) return existing.vpcId;
  try {
    return await store.transaction(async (transaction) => {
      const made = await read(transaction);
      return made === undefined ? (await insertDefaultNetwork(transaction, scope)).id : made.vpcId;
    });
  } catch (thrown) {
    if (!(thrown instanceof DocumentExistsError)) throw thrown;
    const made = await store.read(read);
    if (made === undefined) throw thrown;
    return made.vpcId;
  }
};

/** The default VPCs of every account and region that has been used. */
export const defaultVpcIds = (store: Store): Promise<readonly VpcId[]> =>
  store.read(async (transaction) =>
    (await transaction.list(defaultVpcs)).flatMap(({ document }) =>
      document.vpcId === undefined ? [] : [document.vpcId],
    ),
  );
