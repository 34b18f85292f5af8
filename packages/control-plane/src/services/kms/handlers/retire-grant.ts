import type { RetireGrantRequest } from "@aws-sdk/client-kms";
import type { Call } from "../../../gateway/call.ts";
import { defineOperation } from "../../../gateway/operation.ts";
import type { ReadTransaction } from "../../../state/store.ts";
import type { GrantRecord } from "../collections.ts";
import type { KmsDependencies } from "../dependencies.ts";
import { dryRun, grantNotFound, invalidGrantToken, validation } from "../errors.ts";
import { grantIdInToken } from "../grants.ts";
import { keyArn } from "../names.ts";
import { permissionOnKey, scopeOf } from "../permissions.ts";
import { findGrant, findKey, removeGrant } from "../repository.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_RetireGrant.html */
export const retireGrant = defineOperation<KmsDependencies, RetireGrantRequest, Record<string, never>>({
  authorise: {
    kind: "permissions",
    permissions: async (input, call, { store, clock }) =>
      store.read(async (transaction) => {
        const grant = await grantOf(transaction, input, call);
        // Whom the grant names to retire it, and a grantee whom it lets, needs no policy to say so.
        if (namesOf(call).some((name) => mayRetire(grant, name))) return [];
        const action = "kms:RetireGrant";
        const key = await findKey(transaction, grant, grant.keyId, clock.now());
        return key === undefined
          ? [{ action, resources: [keyArn(grant, grant.keyId)] }]
          : [await permissionOnKey(transaction, key, { action, caller: call.principal, now: clock.now() })];
      }),
  },
  handle: async (input, call, { store }) => {
    await store.transaction(async (transaction) => {
      const grant = await grantOf(transaction, input, call);
      if (input.DryRun === true) throw dryRun();
      removeGrant(transaction, grant);
    });
    return {};
  },
});

const grantOf = async (
  transaction: ReadTransaction,
  { GrantToken, GrantId, KeyId }: RetireGrantRequest,
  call: Call,
): Promise<GrantRecord> => {
  if (GrantToken === undefined && (GrantId === undefined || KeyId === undefined)) {
    throw validation("Either the grant token, or the key ID and the grant ID, must be given.");
  }
  const id = GrantToken === undefined ? GrantId : grantIdInToken(GrantToken);
  if (id === undefined) throw invalidGrantToken();
  const grant = await findGrant(transaction, scopeOf(call), id);
  if (grant === undefined || (KeyId !== undefined && !KeyId.endsWith(grant.keyId))) throw grantNotFound(id);
  return grant;
};

const namesOf = ({ principal }: Call): readonly string[] =>
  principal.kind === "assumed-role" ? [principal.arn, principal.roleArn] : [principal.arn];

const mayRetire = (grant: GrantRecord, principal: string): boolean =>
  grant.retiringPrincipal === principal ||
  (grant.granteePrincipal === principal && grant.operations.includes("RetireGrant"));
