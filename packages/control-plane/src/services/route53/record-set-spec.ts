import type { ResourceRecordSet } from "@aws-sdk/client-route-53";
import type { RecordRouting, RecordSetSpec } from "@fleetless/kernel";

const routingOf = (set: ResourceRecordSet): RecordRouting | undefined => {
  if (set.Weight !== undefined) return { kind: "weighted", weight: set.Weight };
  if (set.Failover !== undefined) {
    return { kind: "failover", role: set.Failover === "PRIMARY" ? "PRIMARY" : "SECONDARY" };
  }
  if (set.MultiValueAnswer === true) return { kind: "multivalue" };
  return set.SetIdentifier === undefined ? { kind: "simple" } : undefined;
};

/** What resolvers need of a record set; undefined where its routing policy is only kept. */
export const recordSetSpec = (set: ResourceRecordSet, healthSource?: string): RecordSetSpec | undefined => {
  const routing = routingOf(set);
  if (routing === undefined) return undefined;
  const healthCheckId = healthSource ?? set.HealthCheckId;
  return {
    name: set.Name ?? "",
    type: set.Type ?? "",
    routing,
    ...(healthCheckId === undefined ? {} : { healthCheckId }),
    target:
      set.AliasTarget === undefined
        ? {
            kind: "records",
            timeToLive: set.TTL ?? 0,
            values: (set.ResourceRecords ?? []).map(({ Value }) => Value ?? ""),
          }
        : {
            kind: "alias",
            name: set.AliasTarget.DNSName ?? "",
            evaluateTargetHealth: set.AliasTarget.EvaluateTargetHealth ?? false,
          },
  };
};
