import type { WorkloadId } from "@fleetless/kernel";
import type { RequiredPermission } from "../gateway/operation.ts";
import type { Authoriser } from "../gateway/ports.ts";
import type { Store } from "../state/store.ts";
import { denialOf, regionNamed, workloadPrincipal } from "./workload-principal.ts";
import { findWorkload } from "./workload-store.ts";

/** Why IAM denies something to a workload under its task role, as a sentence; undefined where it allows it. */
export const taskRoleDenial = async (
  { store, authoriser, now }: { readonly store: Store; readonly authoriser: Authoriser; readonly now: number },
  id: WorkloadId,
  permissions: readonly RequiredPermission[],
): Promise<string | undefined> => {
  const found = await store.read(async (transaction) => {
    const record = await findWorkload(transaction, id);
    return { record, principal: record && (await workloadPrincipal(transaction, record, "task")) };
  });
  const region = found.record && regionNamed(found.record.region);
  if (found.principal === undefined || region === undefined) {
    return "Invalid Request: no task IAM role credentials available for task";
  }
  return await denialOf(authoriser, found.principal, permissions, { region, now });
};
