import type { ListHostedZonesByNameRequest, ListHostedZonesByNameResponse } from "@aws-sdk/client-route-53";
import { canonicalDomainName, reversedName } from "@fleetless/engine";
import { defineOperation } from "../../../gateway/operation.ts";
import type { HostedZoneRecord } from "../collections.ts";
import type { Route53Dependencies } from "../dependencies.ts";
import { invalidDomainName, invalidInput } from "../errors.ts";
import { pageOf, pageSize } from "../paging.ts";
import { onAccount } from "../permissions.ts";
import { bareId, zonesOfAccount } from "../repository.ts";
import { zoneView } from "../views.ts";

const orderOf = (name: string, id: string): string => `${reversedName(name)} ${id}`;

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListHostedZonesByName.html */
export const listHostedZonesByName = defineOperation<
  Route53Dependencies,
  ListHostedZonesByNameRequest,
  ListHostedZonesByNameResponse
>({
  authorise: onAccount("route53:ListHostedZonesByName"),
  handle: async (input, { accountId }, { store }) => {
    const size = pageSize(input.MaxItems);
    const { DNSName: dnsName, HostedZoneId: zoneId } = input;
    if (zoneId !== undefined && dnsName === undefined) throw invalidInput("A HostedZoneId needs a DNSName beside it.");
    const name = dnsName === undefined ? undefined : canonicalDomainName(dnsName);
    if (dnsName !== undefined && name === undefined) throw invalidDomainName(dnsName);
    const start = name === undefined ? undefined : orderOf(name, bareId(zoneId));
    const all = await store.read((transaction) => zonesOfAccount(transaction, accountId));
    const sorted = all.toSorted((a, b) => (orderOf(a.name, a.id) < orderOf(b.name, b.id) ? -1 : 1));
    const isStart = start === undefined ? undefined : (zone: HostedZoneRecord) => orderOf(zone.name, zone.id) >= start;
    const { page, next } = pageOf(sorted, size, isStart);
    return {
      HostedZones: page.map(zoneView),
      IsTruncated: next !== undefined,
      MaxItems: size,
      ...(dnsName === undefined ? {} : { DNSName: dnsName }),
      ...(zoneId === undefined ? {} : { HostedZoneId: zoneId }),
      ...(next === undefined ? {} : { NextDNSName: next.name, NextHostedZoneId: next.id }),
    };
  },
});
