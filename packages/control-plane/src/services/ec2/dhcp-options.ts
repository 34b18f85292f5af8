import { newEc2Id } from "@fleetless/kernel";
import type { Transaction } from "../../state/store.ts";
import { type DhcpOptionsRecord, dhcpOptions } from "./connectivity-collections.ts";
import { dhcpOptionsOf, type Scope, vpcsOf } from "./repository.ts";
import { privateDnsDomain } from "./zones.ts";

/**
 * The set with which every VPC begins: the VPC's own resolver and domain. An account has one in each region; where a
 * default VPC is older than the record of its set, the record is written now.
 */
export const requireDefaultDhcpOptions = async (transaction: Transaction, scope: Scope): Promise<DhcpOptionsRecord> => {
  const known = (await dhcpOptionsOf(transaction, scope)).find(({ isDefault }) => isDefault);
  if (known !== undefined) return known;
  const [vpc] = await vpcsOf(transaction, scope);
  const record: DhcpOptionsRecord = {
    accountId: scope.accountId,
    region: scope.region,
    tags: {},
    id: vpc?.dhcpOptionsId ?? newEc2Id("dopt"),
    isDefault: true,
    options: {
      "domain-name": [privateDnsDomain(scope.region)],
      "domain-name-servers": ["AmazonProvidedDNS"],
    },
  };
  transaction.insert(dhcpOptions, record.id, record);
  return record;
};
