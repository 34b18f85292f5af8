import { newEc2Id, type SubnetId, securityGroupId, subnetId, type VpcId, vpcId } from "@fleetless/kernel";
import { DocumentExistsError, type Store, type Transaction } from "../../state/store.ts";
import {
  defaultVpcs,
  internetGateways,
  keyInVpc,
  networkAcls,
  type OwnedResource,
  routeTables,
  type SecurityGroupRule,
  scopeOf,
  securityGroupNames,
  securityGroups,
  subnets,
  vpcs,
} from "./collections.ts";
import { findDefaultVpcId, type Scope } from "./repository.ts";
import { availabilityZonesOf } from "./zones.ts";

const cidr = "172.31.0.0/16";
const ruleFor = (direction: SecurityGroupRule["direction"], peer: SecurityGroupRule["peer"]): SecurityGroupRule => ({
  id: newEc2Id("sgr"),
  direction,
  protocol: "-1",
  fromPort: -1,
  toPort: -1,
  peer,
  tags: {},
});

/** What a new group begins with: everything may leave. */
export const allowAllEgress = (): SecurityGroupRule => ruleFor("egress", { kind: "cidr", cidr: "0.0.0.0/0" });

/** The group named default that every VPC has: its members reach each other, everything may leave. */
const insertDefaultSecurityGroup = (transaction: Transaction, owner: OwnedResource, vpc: VpcId): void => {
  const id = securityGroupId(newEc2Id("sg"));
  transaction.insert(securityGroupNames, `${vpc}/default`, { id });
  transaction.insert(securityGroups, `${vpc}/${id}`, {
    ...owner,
    id,
    vpcId: vpc,
    name: "default",
    description: "default VPC security group",
    rules: [ruleFor("ingress", { kind: "group", groupId: id }), allowAllEgress()],
  });
};

const insertDefaultNetworkAcl = (
  transaction: Transaction,
  owner: OwnedResource,
  vpc: VpcId,
  subnetIds: readonly SubnetId[],
): void => {
  const id = newEc2Id("acl");
  const entry = (ruleNumber: number, egress: boolean) => ({
    ruleNumber,
    protocol: "-1",
    action: ruleNumber === 100 ? ("allow" as const) : ("deny" as const),
    egress,
    cidr: "0.0.0.0/0",
  });
  transaction.insert(networkAcls, `${vpc}/${id}`, {
    ...owner,
    id,
    vpcId: vpc,
    isDefault: true,
    entries: [entry(100, true), entry(32767, true), entry(100, false), entry(32767, false)],
    associations: subnetIds.map((subnet) => ({ id: newEc2Id("aclassoc"), subnetId: subnet })),
  });
};

const insertDefaultNetwork = (transaction: Transaction, scope: Scope): VpcId => {
  const owner: OwnedResource = { accountId: scope.accountId, region: scope.region, tags: {} };
  const id = vpcId(newEc2Id("vpc"));
  transaction.insert(defaultVpcs, scopeOf(scope), { vpcId: id });
  transaction.insert(vpcs, id, {
    ...owner,
    id,
    cidr,
    cidrAssociationId: newEc2Id("vpc-cidr-assoc"),
    isDefault: true,
    dhcpOptionsId: newEc2Id("dopt"),
    enableDnsSupport: true,
    enableDnsHostnames: true,
  });
  const subnetIds = availabilityZonesOf(scope.region).map((availabilityZone, index) => {
    const subnet = {
      ...owner,
      id: subnetId(newEc2Id("subnet")),
      vpcId: id,
      cidr: `172.31.${index * 16}.0/20`,
      availabilityZone,
      mapPublicIpOnLaunch: true,
      defaultForAz: true,
    };
    transaction.insert(subnets, keyInVpc(subnet), subnet);
    return subnet.id;
  });
  const gatewayId = newEc2Id("igw");
  transaction.insert(internetGateways, gatewayId, { ...owner, id: gatewayId, vpcId: id });
  const tableId = newEc2Id("rtb");
  transaction.insert(routeTables, `${id}/${tableId}`, {
    ...owner,
    id: tableId,
    vpcId: id,
    routes: [
      { destinationCidr: cidr, gatewayId: "local", origin: "CreateRouteTable" },
      { destinationCidr: "0.0.0.0/0", gatewayId, origin: "CreateRoute" },
    ],
    associations: [{ id: newEc2Id("rtbassoc") }],
  });
  insertDefaultSecurityGroup(transaction, owner, id);
  insertDefaultNetworkAcl(transaction, owner, id, subnetIds);
  return id;
};

/**
 * Makes sure that an account has its default VPC in a region, as AWS gives every account one.
 * https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc.html
 */
export const ensureDefaultNetwork = async (store: Store, scope: Scope): Promise<VpcId> => {
  const existing = await store.read((transaction) => findDefaultVpcId(transaction, scope));
  if (existing !== undefined) return existing;
  try {
    return await store.transaction(
      async (transaction) => (await findDefaultVpcId(transaction, scope)) ?? insertDefaultNetwork(transaction, scope),
    );
  } catch (thrown) {
    if (!(thrown instanceof DocumentExistsError)) throw thrown;
    const made = await store.read((transaction) => findDefaultVpcId(transaction, scope));
    if (made === undefined) throw thrown;
    return made;
  }
};

/** The default VPCs of every account and region that has been used. */
export const defaultVpcIds = (store: Store): Promise<readonly VpcId[]> =>
  store.read(async (transaction) => (await transaction.list(defaultVpcs)).map(({ document }) => document.vpcId));
