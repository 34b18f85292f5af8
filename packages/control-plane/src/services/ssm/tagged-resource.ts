import type { ReadTransaction } from "../../state/store.ts";
import type { ParameterRecord, Scope } from "./collections.ts";
import { invalidResourceId, invalidResourceType } from "./errors.ts";
import { parseParameterName } from "./names.ts";
import { findParameter } from "./repository.ts";

/** The parameter that a tagging operation names. Throws InvalidResourceType or InvalidResourceId. */
export const parameterOfResource = async (
  transaction: ReadTransaction,
  scope: Scope,
  {
    ResourceType: type,
    ResourceId: id,
  }: { readonly ResourceType?: string | undefined; readonly ResourceId?: string | undefined },
  now: number,
): Promise<ParameterRecord> => {
  if (type !== "Parameter") {
    throw invalidResourceType(`Resources of the type ${type} are not supported by Fleetless; parameters are.`);
  }
  const parameter = await findParameter(transaction, scope, parseParameterName(id, scope), now);
  if (parameter === undefined) throw invalidResourceId();
  return parameter;
};
