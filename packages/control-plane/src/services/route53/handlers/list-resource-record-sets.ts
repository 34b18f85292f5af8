import type { ListResourceRecordSetsRequest, ListResourceRecordSetsResponse } from "@aws-sdk/client-route-53";
import { canonicalDomainName } from "@fleetless/engine";
import { defineOperation } from "../../../gateway/operation.ts";
import { namePrefix } from "../collections.ts";
import type { Route53Dependencies } from "../dependencies.ts";
import { invalidDomainName, invalidInput } from "../errors.ts";
import { pageOf, pageSize } from "../paging.ts";
import { onZone } from "../permissions.ts";
import { readZone, recordSetsOfZone } from "../repository.ts";

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListResourceRecordSets.html */
export const listResourceRecordSets = defineOperation<
  Route53Dependencies,
  ListResourceRecordSetsRequest,
  ListResourceRecordSetsResponse
>({
  authorise: onZone("route53:ListResourceRecordSets"),
  handle: async (input, { accountId }, { store }) => {
    const size = pageSize(input.MaxItems, 300);
    const { StartRecordName: startName, StartRecordType: type, StartRecordIdentifier: identifier } = input;
    if (type !== undefined && startName === undefined) {
      throw invalidInput("The input is not valid: StartRecordType needs a StartRecordName beside it.");
    }
    const name = startName === undefined ? undefined : canonicalDomainName(startName);
    if (startName !== undefined && name === undefined) throw invalidDomainName(startName);
    return store.read(async (transaction) => {
      const zone = await readZone(transaction, input.HostedZoneId, accountId);
      const start = name === undefined ? undefined : `${namePrefix(zone.id, name)}${type ?? ""} ${identifier ?? ""}`;
      const sets = await recordSetsOfZone(transaction, zone.id);
      const { page, next } = pageOf(sets, size, start === undefined ? undefined : ({ key }) => key >= start.trimEnd());
      return {
        ResourceRecordSets: page.map(({ set }) => set),
        IsTruncated: next !== undefined,
        MaxItems: size,
        ...(next === undefined ? {} : { NextRecordName: next.set.Name, NextRecordType: next.set.Type }),
        ...(next?.set.SetIdentifier === undefined ? {} : { NextRecordIdentifier: next.set.SetIdentifier }),
      };
    });
  },
});
