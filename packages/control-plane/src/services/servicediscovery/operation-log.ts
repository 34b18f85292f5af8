import type { OperationStatus } from "@aws-sdk/client-servicediscovery";
import type { ReadTransaction, Transaction } from "../../state/store.ts";
import { type OperationRecord, operations, scopePrefix } from "./collections.ts";
import type { ServiceDiscoveryDependencies } from "./dependencies.ts";
import { newOperationId } from "./ids.ts";

/** How long an operation can be asked for: the rest is swept out as new ones come. */
const keptMilliseconds = 30 * 24 * 60 * 60 * 1000;
const sweptAtOnce = 4;

/** Notes what was begun, under the id that clients ask for. */
export const recordOperation = async (
  transaction: Transaction,
  operation: Omit<OperationRecord, "id">,
): Promise<string> => {
  const prefix = scopePrefix(operation);
  // Ids begin with the time, so the oldest stand first.
  for (const { key, document } of await transaction.list(operations, { prefix, limit: sweptAtOnce })) {
    if (document.createdAt < operation.createdAt - keptMilliseconds) transaction.delete(operations, key);
  }
  const id = `${operation.createdAt.toString(36).padStart(9, "0")}${newOperationId().slice(9)}`;
  transaction.insert(operations, `${prefix}${id}`, { ...operation, id });
  return id;
};

/** An operation is over when the change of its hosted zone is in force on every node. */
export const statusOf = async (
  transaction: ReadTransaction,
  operation: OperationRecord,
  zones: ServiceDiscoveryDependencies["zones"],
): Promise<OperationStatus> => {
  if (operation.failure !== undefined) return "FAIL";
  if (operation.changeId === undefined) return "SUCCESS";
  return (await zones.isInSync(transaction, operation.changeId)) ? "SUCCESS" : "PENDING";
};
