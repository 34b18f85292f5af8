import type { TestDNSAnswerRequest, TestDNSAnswerResponse } from "@aws-sdk/client-route-53";
import { answerFromZones, canonicalDomainName, isWithin } from "@fleetless/engine";
import { defineOperation } from "../../../gateway/operation.ts";
import { health } from "../collections.ts";
import type { Route53Dependencies } from "../dependencies.ts";
import { invalidDomainName, invalidInput, notSupported } from "../errors.ts";
import { onZone } from "../permissions.ts";
import { readZone, recordSetsOfZone } from "../repository.ts";
import { zoneOfSets } from "../zone-data.ts";
import { nameServers } from "../zones.ts";

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_TestDNSAnswer.html */
export const testDnsAnswer = defineOperation<Route53Dependencies, TestDNSAnswerRequest, TestDNSAnswerResponse>({
  authorise: onZone("route53:TestDNSAnswer"),
  handle: async (input, { accountId }, { store }) => {
    if (input.EDNS0ClientSubnetIP !== undefined || input.ResolverIP !== undefined) {
      throw notSupported("answers that depend on the asker's place, so neither ResolverIP nor EDNS0ClientSubnetIP");
    }
    const name = canonicalDomainName(input.RecordName ?? "");
    const { RecordType: type } = input;
    if (name === undefined) throw invalidDomainName(input.RecordName ?? "");
    const answer = await store.read(async (transaction) => {
      const record = await readZone(transaction, input.HostedZoneId, accountId);
      if (!isWithin(name, record.name)) throw invalidInput(`${name} is not in the hosted zone ${record.name}`);
      const unhealthy = new Set<string>();
      for (const { key, document } of await transaction.list(health)) if (!document.healthy) unhealthy.add(key);
      const zone = zoneOfSets(record.name, await recordSetsOfZone(transaction, record.id));
      const zones = {
        zoneOf: (asked: string) => (isWithin(asked, zone.name) ? zone : undefined),
        isHealthy: (id: string) => !unhealthy.has(id),
        random: Math.random,
      };
      return answerFromZones(zones, name, type ?? "A");
    });
    const records = (answer?.records ?? []).filter((each) => each.type === type);
    return {
      Nameserver: nameServers[0] ?? "",
      RecordName: name,
      RecordType: type,
      RecordData: records.map(({ value }) => value),
      ResponseCode: answer?.exists === false ? "NXDOMAIN" : "NOERROR",
      Protocol: "UDP",
    };
  },
});
