import type { ReadTransaction } from "../../state/store.ts";
import {
  type InstanceRecord,
  instances,
  type NamespaceRecord,
  namespaceNames,
  namespaces,
  type OperationRecord,
  operations,
  type Scope,
  type ServiceRecord,
  scopePrefix,
  serviceNames,
  services,
} from "./collections.ts";
import { instanceNotFound, namespaceNotFound, operationNotFound, serviceNotFound } from "./errors.ts";

/** An id as such, or the last part of an ARN. */
export const bareId = (id: string | undefined): string => (id ?? "").slice((id ?? "").lastIndexOf("/") + 1);

export const readNamespace = async (
  transaction: ReadTransaction,
  scope: Scope,
  id: string | undefined,
): Promise<NamespaceRecord> => {
  const namespace = await transaction.get(namespaces, `${scopePrefix(scope)}${bareId(id)}`);
  if (namespace === undefined) throw namespaceNotFound(bareId(id));
  return namespace;
};

export const namespaceNamed = async (
  transaction: ReadTransaction,
  scope: Scope,
  name: string,
): Promise<NamespaceRecord> => {
  const found = await transaction.get(namespaceNames, `${scopePrefix(scope)}${name}`);
  if (found === undefined) throw namespaceNotFound(name);
  return readNamespace(transaction, scope, found.id);
};

export const readService = async (
  transaction: ReadTransaction,
  scope: Scope,
  id: string | undefined,
): Promise<ServiceRecord> => {
  const service = await transaction.get(services, `${scopePrefix(scope)}${bareId(id)}`);
  if (service === undefined) throw serviceNotFound(bareId(id));
  return service;
};

export const serviceNamed = async (
  transaction: ReadTransaction,
  namespace: NamespaceRecord,
  name: string,
): Promise<ServiceRecord> => {
  const found = await transaction.get(serviceNames, `${namespace.id}/${name.toLowerCase()}`);
  if (found === undefined) throw serviceNotFound(name);
  return readService(transaction, namespace, found.id);
};

export const instancesOf = async (
  transaction: ReadTransaction,
  serviceId: string,
): Promise<readonly InstanceRecord[]> =>
  (await transaction.list(instances, { prefix: `${serviceId}/` })).map(({ document }) => document);

export const readInstance = async (
  transaction: ReadTransaction,
  service: ServiceRecord,
  id: string | undefined,
): Promise<InstanceRecord> => {
  const instance = await transaction.get(instances, `${service.id}/${id}`);
  if (instance === undefined) throw instanceNotFound(id ?? "", service.id);
  return instance;
};

export const namespacesOf = async (transaction: ReadTransaction, scope: Scope): Promise<readonly NamespaceRecord[]> =>
  (await transaction.list(namespaces, { prefix: scopePrefix(scope) })).map(({ document }) => document);

export const servicesOf = async (transaction: ReadTransaction, scope: Scope): Promise<readonly ServiceRecord[]> =>
  (await transaction.list(services, { prefix: scopePrefix(scope) })).map(({ document }) => document);

export const readOperation = async (
  transaction: ReadTransaction,
  scope: Scope,
  id: string | undefined,
): Promise<OperationRecord> => {
  const operation = await transaction.get(operations, `${scopePrefix(scope)}${id}`);
  if (operation === undefined) throw operationNotFound(id ?? "");
  return operation;
};

export const operationsOf = async (transaction: ReadTransaction, scope: Scope): Promise<readonly OperationRecord[]> =>
  (await transaction.list(operations, { prefix: scopePrefix(scope) })).map(({ document }) => document);
