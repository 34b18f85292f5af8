import type { Authorisation } from "../../gateway/operation.ts";
import type { ReadTransaction } from "../../state/store.ts";
import type { RouteTableRecord } from "./collections.ts";
import { type Ec2Dependencies, ec2Arn, scopeOfCall } from "./dependencies.ts";
import { associationNotFound, missingParameter } from "./errors.ts";
import { findRouteTableOfAssociation, type Scope } from "./repository.ts";

type Association = RouteTableRecord["associations"][number];

/** An association and the table that it is of. Throws InvalidAssociationID.NotFound. */
export const requireAssociation = async (
  transaction: ReadTransaction,
  scope: Scope,
  id: string | undefined,
): Promise<{ readonly table: RouteTableRecord; readonly association: Association }> => {
  if (id === undefined || id === "") throw missingParameter("associationId");
  const table = await findRouteTableOfAssociation(transaction, id);
  const association = table?.associations.find((one) => one.id === id);
  if (table === undefined || association === undefined || table.accountId !== scope.accountId) {
    throw associationNotFound(id);
  }
  if (table.region !== scope.region) throw associationNotFound(id);
  return { table, association };
};

/** An action on the table whose association the input names, and on the table that it names beside. */
export const onRouteTableOfAssociation = (
  operation: string,
): Authorisation<
  { readonly AssociationId?: string | undefined; readonly RouteTableId?: string | undefined },
  Ec2Dependencies
> => ({
  kind: "permissions",
  permissions: async ({ AssociationId = "", RouteTableId }, call, { store }) => {
    const table = await store.read((transaction) => findRouteTableOfAssociation(transaction, AssociationId));
    const ids = [table?.id ?? "*", ...(RouteTableId === undefined ? [] : [RouteTableId])];
    const resources = ids.map((id) => ec2Arn(scopeOfCall(call), "route-table", id));
    return [{ action: `ec2:${operation}`, resources }];
  },
});
