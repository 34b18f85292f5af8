import { isDeepStrictEqual } from "node:util";
import type { Transaction } from "../../state/store.ts";
import { checkAttributes, checkInstanceId } from "./attributes.ts";
import {
  type InstanceRecord,
  instances,
  type Scope,
  type ServiceRecord,
  scopePrefix,
  services,
} from "./collections.ts";
import type { ServiceDiscoveryDependencies } from "./dependencies.ts";
import { customHealthNotFound, invalidInput } from "./errors.ts";
import { healthSourceOf, recordSetsOfInstance } from "./instance-records.ts";
import { recordOperation } from "./operation-log.ts";
import { readInstance, readNamespace, readService } from "./repository.ts";

export interface InstanceRequest {
  readonly scope: Scope;
  /** The service's id or ARN. */
  readonly service: string | undefined;
  readonly instanceId: string;
}

type Zones = Pick<ServiceDiscoveryDependencies, "zones" | "clock">;

const putService = (transaction: Transaction, service: ServiceRecord, instanceCount: number): void =>
  transaction.put(services, `${scopePrefix(service)}${service.id}`, {
    ...service,
    instanceCount,
    revision: service.revision + 1,
  });

const initialHealth = (service: ServiceRecord, attributes: InstanceRecord["attributes"]): InstanceRecord["health"] => {
  const initial = attributes.AWS_INIT_HEALTH_STATUS;
  if (service.customHealth === undefined) {
    if (initial !== undefined) throw invalidInput("AWS_INIT_HEALTH_STATUS needs a service with a custom health check.");
    return "UNKNOWN";
  }
  return initial === "UNHEALTHY" ? "UNHEALTHY" : "HEALTHY";
};

/**
 * Registers an instance, or gives a registered one other attributes; its health stays then. Answers the operation's id.
 * Throws ServiceNotFound and InvalidInput.
 */
export const registerInstance = async (
  transaction: Transaction,
  request: InstanceRequest & {
    readonly attributes: Readonly<Record<string, string>>;
    readonly creatorRequestId?: string | undefined;
  },
  { zones, clock }: Zones,
): Promise<string> => {
  const { scope, instanceId: id, creatorRequestId } = request;
  const service = await readService(transaction, scope, request.service);
  const namespace = await readNamespace(transaction, scope, service.namespaceId);
  const attributes = checkAttributes(request.attributes);
  const key = `${service.id}/${checkInstanceId(id)}`;
  const before = await transaction.get(instances, key);
  const puts = recordSetsOfInstance(namespace, service, id, attributes);
  const instance: InstanceRecord = {
    id,
    serviceId: service.id,
    attributes,
    health: before?.health ?? initialHealth(service, attributes),
    ...(creatorRequestId === undefined ? {} : { creatorRequestId }),
  };
  const now = clock.now();
  const old = before === undefined ? [] : recordSetsOfInstance(namespace, service, id, before.attributes);
  const deletes = old.filter(({ set }) => !puts.some((put) => put.set.Name === set.Name && put.set.Type === set.Type));
  const isSame = before !== undefined && isDeepStrictEqual(old, puts);
  const changeId =
    namespace.zone === undefined || puts.length + deletes.length === 0 || isSame
      ? undefined
      : await zones.write(transaction, namespace.zone.id, { puts, deletes: deletes.map(({ set }) => set) }, now);
  if (service.customHealth !== undefined) {
    zones.setHealth(transaction, healthSourceOf(service.id, id), instance.health !== "UNHEALTHY");
  }
  transaction.put(instances, key, instance);
  putService(transaction, service, service.instanceCount + (before === undefined ? 1 : 0));
  return recordOperation(transaction, {
    ...scope,
    type: "REGISTER_INSTANCE",
    targets: { INSTANCE: id, SERVICE: service.id },
    createdAt: now,
    ...(changeId === undefined ? {} : { changeId }),
  });
};

/** Answers the operation's id. Throws ServiceNotFound and InstanceNotFound. */
export const deregisterInstance = async (
  transaction: Transaction,
  { scope, service: serviceId, instanceId }: InstanceRequest,
  { zones, clock }: Zones,
): Promise<string> => {
  const service = await readService(transaction, scope, serviceId);
  const namespace = await readNamespace(transaction, scope, service.namespaceId);
  const instance = await readInstance(transaction, service, instanceId);
  const deletes = recordSetsOfInstance(namespace, service, instance.id, instance.attributes).map(({ set }) => set);
  const now = clock.now();
  const changeId =
    namespace.zone === undefined || deletes.length === 0
      ? undefined
      : await zones.write(transaction, namespace.zone.id, { puts: [], deletes }, now);
  if (service.customHealth !== undefined) {
    zones.setHealth(transaction, healthSourceOf(service.id, instance.id), undefined);
  }
  transaction.delete(instances, `${service.id}/${instance.id}`);
  putService(transaction, service, service.instanceCount - 1);
  return recordOperation(transaction, {
    ...scope,
    type: "DEREGISTER_INSTANCE",
    targets: { INSTANCE: instance.id, SERVICE: service.id },
    createdAt: now,
    ...(changeId === undefined ? {} : { changeId }),
  });
};

/** Throws ServiceNotFound, InstanceNotFound and CustomHealthNotFound. */
export const setInstanceHealth = async (
  transaction: Transaction,
  { scope, service: serviceId, instanceId, status }: InstanceRequest & { readonly status: "HEALTHY" | "UNHEALTHY" },
  { zones }: Zones,
): Promise<void> => {
  const service = await readService(transaction, scope, serviceId);
  const instance = await readInstance(transaction, service, instanceId);
  if (service.customHealth === undefined) throw customHealthNotFound(service.id);
  if (instance.health === status) return;
  zones.setHealth(transaction, healthSourceOf(service.id, instance.id), status === "HEALTHY");
  transaction.put(instances, `${service.id}/${instance.id}`, { ...instance, health: status });
  putService(transaction, service, service.instanceCount);
};
