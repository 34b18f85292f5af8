import type { SecurityGroupId } from "@fleetless/kernel";
import type { ReadTransaction } from "../../state/store.ts";
import { findSecurityGroup } from "./repository.ts";

/** The names of groups by their ids. */
export const namesOfGroups = async (
  transaction: ReadTransaction,
  ids: readonly SecurityGroupId[],
): Promise<ReadonlyMap<string, string>> => {
  const names = new Map<string, string>();
  for (const id of ids) {
    const group = await findSecurityGroup(transaction, id);
    if (group !== undefined) names.set(id, group.name);
  }
  return names;
};
