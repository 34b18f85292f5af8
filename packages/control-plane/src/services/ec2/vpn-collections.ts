import type { VpcId } from "@fleetless/kernel";
import type { ReadTransaction, Transaction } from "../../state/store.ts";
import { defineCollection } from "../../state/store.ts";
import { type OwnedResource, scopeOf } from "./collections.ts";

/** What a caller tells of a device of its own, at the far end of VPN connections. */
export interface CustomerGatewayRecord extends OwnedResource {
  readonly id: string;
  readonly type: "ipsec.1";
  readonly asn: number;
  readonly address?: string;
  readonly certificateArn?: string;
  readonly deviceName?: string;
}

/** The VPC's end of VPN connections, of which there are none: routes to it lead nowhere. */
export interface VpnGatewayRecord extends OwnedResource {
  readonly id: string;
  readonly type: "ipsec.1";
  readonly amazonSideAsn: number;
  readonly availabilityZone?: string;
  readonly vpcId?: VpcId;
}

export const customerGateways = defineCollection<CustomerGatewayRecord>("ec2.customer-gateways", { scope: scopeOf });
export const vpnGateways = defineCollection<VpnGatewayRecord>("ec2.vpn-gateways", { scope: scopeOf });

const vpnGuards = defineCollection<{ readonly made: number }>("ec2.vpn-guards");

type Scope = Pick<OwnedResource, "accountId" | "region">;

/** What is made beside others must know of them: of two that are made at once, one comes after the other. */
export const guardVpnGateways = async (transaction: Transaction, scope: Scope): Promise<void> => {
  const guard = await transaction.get(vpnGuards, scopeOf(scope));
  transaction.put(vpnGuards, scopeOf(scope), { made: (guard?.made ?? 0) + 1 });
};

export const customerGatewaysOf = async (
  transaction: ReadTransaction,
  scope: Scope,
): Promise<readonly CustomerGatewayRecord[]> =>
  (await transaction.list(customerGateways, { index: { name: "scope", value: scopeOf(scope) } })).map(
    ({ document }) => document,
  );
export const vpnGatewaysOf = async (transaction: ReadTransaction, scope: Scope): Promise<readonly VpnGatewayRecord[]> =>
  (await transaction.list(vpnGateways, { index: { name: "scope", value: scopeOf(scope) } })).map(
    ({ document }) => document,
  );

export const findCustomerGateway = (transaction: ReadTransaction, id: string) => transaction.get(customerGateways, id);
export const findVpnGateway = (transaction: ReadTransaction, id: string) => transaction.get(vpnGateways, id);

/** The gateway that is attached to the VPC: there is at most one. */
export const vpnGatewayOfVpc = async (
  transaction: ReadTransaction,
  vpc: Scope & { readonly id: VpcId },
): Promise<VpnGatewayRecord | undefined> =>
  (await vpnGatewaysOf(transaction, vpc)).find(({ vpcId }) => vpcId === vpc.id);
