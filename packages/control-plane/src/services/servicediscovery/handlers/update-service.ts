import type { ServiceChange, UpdateServiceRequest, UpdateServiceResponse } from "@aws-sdk/client-servicediscovery";
import { defineOperation } from "../../../gateway/operation.ts";
import {
  type InstanceRecord,
  type NamespaceRecord,
  type ServiceRecord,
  scopePrefix,
  services,
} from "../collections.ts";
import type { ServiceDiscoveryDependencies } from "../dependencies.ts";
import { invalidInput, notSupported } from "../errors.ts";
import { recordSetsOfInstance } from "../instance-records.ts";
import { recordOperation } from "../operation-log.ts";
import { onService, scopeOf } from "../permissions.ts";
import { instancesOf, readNamespace, readService } from "../repository.ts";
import { checkDnsRecords } from "../service-settings.ts";

const withChange = (service: ServiceRecord, change: ServiceChange | undefined): ServiceRecord => {
  const records = change?.DnsConfig?.DnsRecords;
  if (records !== undefined && service.dns === undefined) {
    throw invalidInput(`The service ${service.id} has no DNS records that could be changed.`);
  }
  return {
    ...service,
    ...(change?.Description === undefined ? {} : { description: change.Description }),
    ...(records === undefined || service.dns === undefined
      ? {}
      : { dns: { ...service.dns, records: checkDnsRecords(records) } }),
  };
};

/** What becomes of the records of the service's instances. */
const recordChanges = (
  namespace: NamespaceRecord,
  before: ServiceRecord,
  after: ServiceRecord,
  all: readonly InstanceRecord[],
) => {
  if (after.dns === before.dns) return { puts: [], deletes: [] };
  const setsOf = (service: ServiceRecord) =>
    all.flatMap(({ id, attributes }) => recordSetsOfInstance(namespace, service, id, attributes));
  const puts = setsOf(after);
  const keyOf = ({ set }: (typeof puts)[number]) => `${set.Name} ${set.Type} ${set.SetIdentifier ?? ""}`;
  const kept = new Set(puts.map(keyOf));
  return { puts, deletes: setsOf(before).flatMap((each) => (kept.has(keyOf(each)) ? [] : [each.set])) };
};

/** https://docs.aws.amazon.com/cloud-map/latest/api/API_UpdateService.html */
export const updateService = defineOperation<ServiceDiscoveryDependencies, UpdateServiceRequest, UpdateServiceResponse>(
  {
    authorise: onService("servicediscovery:UpdateService", (input) => input.Id),
    handle: async ({ Id: id, Service: change }, call, { store, clock, zones }) => {
      const scope = scopeOf(call);
      if (change?.HealthCheckConfig !== undefined)
        throw notSupported("HealthCheckConfig, only HealthCheckCustomConfig");
      const OperationId = await store.transaction(async (transaction) => {
        const before = await readService(transaction, scope, id);
        const namespace = await readNamespace(transaction, scope, before.namespaceId);
        const after = withChange(before, change);
        const moved = recordChanges(namespace, before, after, await instancesOf(transaction, before.id));
        const now = clock.now();
        const changeId =
          namespace.zone === undefined || moved.puts.length + moved.deletes.length === 0
            ? undefined
            : await zones.write(transaction, namespace.zone.id, moved, now);
        transaction.put(services, `${scopePrefix(scope)}${after.id}`, after);
        return recordOperation(transaction, {
          ...scope,
          type: "UPDATE_SERVICE",
          targets: { SERVICE: after.id },
          createdAt: now,
          ...(changeId === undefined ? {} : { changeId }),
        });
      });
      return { OperationId };
    },
  },
);
