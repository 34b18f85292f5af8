import type { Tag } from "@aws-sdk/client-servicediscovery";
import { canonicalDomainName } from "@fleetless/engine";
import { ServiceError } from "@fleetless/kernel";
import type { Transaction } from "../../state/store.ts";
import { arnOf, type NamespaceRecord, namespaceNames, namespaces, type Scope, scopePrefix } from "./collections.ts";
import type { ServiceDiscoveryDependencies, VpcPlace } from "./dependencies.ts";
import { invalidInput, namespaceAlreadyExists, namespaceInUse } from "./errors.ts";
import { newNamespaceId } from "./ids.ts";
import { recordOperation } from "./operation-log.ts";
import { readNamespace } from "./repository.ts";
import { changedTags } from "./tags.ts";

/** Of a zone's SOA record where nothing else is asked for, in seconds. */
const defaultSoaTimeToLive = 15;
const principal = "servicediscovery.amazonaws.com";

export interface NamespaceRequest {
  readonly scope: Scope;
  readonly type: NamespaceRecord["type"];
  readonly name: string;
  readonly description?: string | undefined;
  readonly creatorRequestId: string;
  readonly tags: readonly Tag[];
  readonly vpc?: string | undefined;
  readonly soaTimeToLive?: number | undefined;
}

const checkName = ({ name, type }: NamespaceRequest): void => {
  const isName = type === "HTTP" ? /^[\x21-\x7e]{1,1024}$/.test(name) : canonicalDomainName(name) !== undefined;
  if (!isName || name === ".") throw invalidInput(`The name ${name.slice(0, 300)} is not valid for a namespace.`);
};

const vpcOf = async (
  transaction: Transaction,
  { vpc, scope }: NamespaceRequest,
  { vpcOf: find }: ServiceDiscoveryDependencies,
): Promise<VpcPlace | undefined> => {
  if (vpc === undefined) return undefined;
  const found = await find(transaction, vpc, scope.accountId);
  if (found?.region !== scope.region) throw invalidInput(`The VPC ${vpc} was not found.`);
  return found;
};

const createZone = async (
  transaction: Transaction,
  request: NamespaceRequest,
  id: string,
  dependencies: ServiceDiscoveryDependencies,
) => {
  const { scope, name, description, soaTimeToLive = defaultSoaTimeToLive } = request;
  if (soaTimeToLive < 0 || soaTimeToLive > 2_147_483_647)
    throw invalidInput("The TTL of the SOA record is out of range.");
  const vpc = await vpcOf(transaction, request, dependencies);
  const made = await dependencies.zones.create(
    transaction,
    {
      accountId: scope.accountId,
      name: canonicalDomainName(name) ?? name,
      callerReference: `cloudmap ${id}`,
      comment: description === undefined || description === "" ? "Created by AWS Cloud Map" : description.slice(0, 256),
      vpc,
      linkedService: { principal, description: `AWS Cloud Map (${arnOf("namespace", { ...scope, id })})` },
      soaTimeToLive,
    },
    dependencies.clock.now(),
  );
  return { ...made, soaTimeToLive };
};

/** Answers the operation's id: one that failed where the hosted zone cannot be. Throws NamespaceAlreadyExists and InvalidInput. */
export const createNamespace = async (
  transaction: Transaction,
  request: NamespaceRequest,
  dependencies: ServiceDiscoveryDependencies,
): Promise<string> => {
  checkName(request);
  const { scope, type, name, description, creatorRequestId } = request;
  const nameKey = `${scopePrefix(scope)}${name}`;
  const existing = await transaction.get(namespaceNames, nameKey);
  if (existing !== undefined) throw namespaceAlreadyExists(await readNamespace(transaction, scope, existing.id));
  const id = newNamespaceId();
  const createdAt = dependencies.clock.now();
  const operation = { ...scope, type: "CREATE_NAMESPACE" as const, targets: { NAMESPACE: id }, createdAt };
  let zone: Awaited<ReturnType<typeof createZone>> | undefined;
  try {
    zone = type === "HTTP" ? undefined : await createZone(transaction, request, id, dependencies);
  } catch (thrown) {
    if (!(thrown instanceof ServiceError) || thrown.code !== "ConflictingDomainExists") throw thrown;
    const failure = { code: "CANNOT_CREATE_HOSTED_ZONE", message: thrown.message };
    return recordOperation(transaction, { ...operation, failure });
  }
  transaction.insert(namespaceNames, nameKey, { id });
  transaction.insert(namespaces, `${scopePrefix(scope)}${id}`, {
    ...scope,
    id,
    name,
    type,
    creatorRequestId,
    createdAt,
    serviceCount: 0,
    tags: changedTags({}, request.tags, arnOf("namespace", { ...scope, id })),
    ...(description === undefined ? {} : { description }),
    ...(zone === undefined ? {} : { zone: { id: zone.zoneId, soaTimeToLive: zone.soaTimeToLive } }),
  });
  return recordOperation(transaction, { ...operation, ...(zone === undefined ? {} : { changeId: zone.changeId }) });
};

/** Answers the operation's id. Throws NamespaceNotFound and ResourceInUse. */
export const deleteNamespace = async (
  transaction: Transaction,
  scope: Scope,
  id: string | undefined,
  { zones, clock }: ServiceDiscoveryDependencies,
): Promise<string> => {
  const namespace = await readNamespace(transaction, scope, id);
  if (namespace.serviceCount > 0) throw namespaceInUse();
  const now = clock.now();
  const changeId = namespace.zone === undefined ? undefined : await zones.delete(transaction, namespace.zone.id, now);
  transaction.delete(namespaceNames, `${scopePrefix(scope)}${namespace.name}`);
  transaction.delete(namespaces, `${scopePrefix(scope)}${namespace.id}`);
  return recordOperation(transaction, {
    ...scope,
    type: "DELETE_NAMESPACE",
    targets: { NAMESPACE: namespace.id },
    createdAt: now,
    ...(changeId === undefined ? {} : { changeId }),
  });
};

/** Answers the operation's id. Throws NamespaceNotFound and InvalidInput. */
export const updateNamespace = async (
  transaction: Transaction,
  request: {
    readonly scope: Scope;
    readonly id: string | undefined;
    readonly type: NamespaceRecord["type"];
    readonly description?: string | undefined;
    readonly soaTimeToLive?: number | undefined;
  },
  { zones, clock }: ServiceDiscoveryDependencies,
): Promise<string> => {
  const { scope, description, soaTimeToLive } = request;
  const namespace = await readNamespace(transaction, scope, request.id);
  if (namespace.type !== request.type)
    throw invalidInput(`The namespace ${namespace.id} is of type ${namespace.type}.`);
  const now = clock.now();
  const zone =
    namespace.zone === undefined || soaTimeToLive === undefined ? namespace.zone : { ...namespace.zone, soaTimeToLive };
  const changeId =
    zone === undefined || soaTimeToLive === undefined
      ? undefined
      : await zones.setSoaTimeToLive(transaction, zone.id, soaTimeToLive, now);
  transaction.put(namespaces, `${scopePrefix(scope)}${namespace.id}`, {
    ...namespace,
    ...(description === undefined ? {} : { description }),
    ...(zone === undefined ? {} : { zone }),
  });
  return recordOperation(transaction, {
    ...scope,
    type: "UPDATE_NAMESPACE",
    targets: { NAMESPACE: namespace.id },
    createdAt: now,
    ...(changeId === undefined ? {} : { changeId }),
  });
};
