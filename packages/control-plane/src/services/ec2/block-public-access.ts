import type { InternetGatewayBlockMode, InternetGatewayExclusionMode } from "@aws-sdk/client-ec2";
import type { RouteTableSpec, SubnetId, SubnetSpec, VpcId } from "@fleetless/kernel";
import type { ReadTransaction, Transaction } from "../../state/store.ts";
import { defineCollection } from "../../state/store.ts";
import { type OwnedResource, scopeOf } from "./collections.ts";
import { touchVpc } from "./ownership.ts";
import { vpcsOf } from "./repository.ts";

type Scope = Pick<OwnedResource, "accountId" | "region">;

/** What internet gateways carry for all VPCs of an account in a region. */
export interface BlockPublicAccessRecord {
  readonly mode: InternetGatewayBlockMode;
  readonly changedAt: number;
}

/** A VPC or a subnet that is spared. */
export interface ExclusionRecord extends OwnedResource {
  readonly id: string;
  readonly vpcId: VpcId;
  /** Of the whole VPC where absent. */
  readonly subnetId?: SubnetId;
  readonly mode: InternetGatewayExclusionMode;
  readonly createdAt: number;
  readonly changedAt?: number;
}

/** By `<account>/<region>`. */
export const blockPublicAccess = defineCollection<BlockPublicAccessRecord>("ec2.block-public-access");
export const exclusions = defineCollection<ExclusionRecord>("ec2.block-public-access-exclusions", { scope: scopeOf });

export const exclusionsOf = async (transaction: ReadTransaction, scope: Scope): Promise<readonly ExclusionRecord[]> =>
  (await transaction.list(exclusions, { index: { name: "scope", value: scopeOf(scope) } })).map(
    ({ document }) => document,
  );

export const findExclusion = (transaction: ReadTransaction, id: string) => transaction.get(exclusions, id);

/** Has the nodes of all the account's VPCs in the region learn anew what gateways carry. */
export const changeBlockMode = async (
  transaction: Transaction,
  scope: Scope,
  record: BlockPublicAccessRecord,
): Promise<void> => {
  transaction.put(blockPublicAccess, scopeOf(scope), record);
  for (const { id } of await vpcsOf(transaction, scope)) touchVpc(transaction, id);
};

type PublicAccess = RouteTableSpec["publicAccess"];

/** What is left to a subnet, by the mode of its account and the exclusions of itself and of its VPC. */
const accessOf = (
  mode: InternetGatewayBlockMode,
  spared: readonly ExclusionRecord[],
  subnet: SubnetId,
): PublicAccess => {
  const own = spared.filter(({ subnetId }) => subnetId === undefined || subnetId === subnet);
  if (own.some((one) => one.mode === "allow-bidirectional")) return undefined;
  return mode === "block-ingress" || own.length > 0 ? "outward" : "none";
};

export interface RoutedSubnets {
  readonly subnets: readonly SubnetSpec[];
  readonly routeTables: readonly RouteTableSpec[];
}

/**
 * The subnets and route tables of a VPC with what VPC Block Public Access leaves of internet gateways. Subnets of one
 * table that differ in this get tables of their own.
 * https://docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa.html
 */
export const withPublicAccess = async (
  transaction: ReadTransaction,
  vpc: Scope & { readonly id: VpcId },
  routed: RoutedSubnets,
): Promise<RoutedSubnets> => {
  const mode = (await transaction.get(blockPublicAccess, scopeOf(vpc)))?.mode ?? "off";
  if (mode === "off") return routed;
  const spared = (await exclusionsOf(transaction, vpc)).filter(({ vpcId }) => vpcId === vpc.id);
  const tables = new Map<string, RouteTableSpec>();
  const subnets = routed.subnets.map((subnet): SubnetSpec => {
    const publicAccess = accessOf(mode, spared, subnet.id);
    const table = routed.routeTables.find(({ id }) => id === subnet.routeTableId);
    if (publicAccess === undefined || table === undefined) return subnet;
    const alike = routed.subnets
      .filter(({ routeTableId }) => routeTableId === table.id)
      .every(({ id }) => accessOf(mode, spared, id) === publicAccess);
    const id = alike ? table.id : `${table.id}-${publicAccess}`;
    tables.set(id, { ...table, id, publicAccess, ...(alike ? {} : { partOf: table.id }) });
    return { ...subnet, routeTableId: id };
  });
  const others = routed.routeTables.filter(({ id }) => !tables.has(id));
  return { subnets, routeTables: [...others, ...tables.values()] };
};
