import type { CreateGrantRequest, CreateGrantResponse } from "@aws-sdk/client-kms";
import { defineOperation } from "../../../gateway/operation.ts";
import type { GrantRecord } from "../collections.ts";
import type { KmsDependencies } from "../dependencies.ts";
import { constraintViolated, dryRun, limitExceeded, validation } from "../errors.ts";
import { checkGrantOperations, constraintOf, grantToken, newGrantId, sameGrant } from "../grants.ts";
import { checkNotPendingDeletion } from "../key-changes.ts";
import { keyArn } from "../names.ts";
import { conditionKey, onKey, scopeOf } from "../permissions.ts";
import { grantsOf, putGrant, requireKeyById } from "../repository.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateGrant.html */
export const createGrant = defineOperation<KmsDependencies, CreateGrantRequest, CreateGrantResponse>({
  authorise: onKey("kms:CreateGrant", ({ KeyId }) => KeyId, {
    conditionKeys: ({ GranteePrincipal, RetiringPrincipal, Operations = [], Constraints }) => ({
      ...conditionKey("GranteePrincipal", GranteePrincipal),
      ...conditionKey("RetiringPrincipal", RetiringPrincipal),
      "kms:GrantOperations": Operations,
      "kms:GrantIsForAWSResource": ["false"],
      ...conditionKey("GrantConstraintType", Object.keys(Constraints ?? {})[0]),
    }),
  }),
  handle: async (input, call, { store, clock }) => {
    const scope = scopeOf(call);
    const operations = input.Operations ?? [];
    if (operations.length === 0) throw validation("Operations must not be empty");
    if (input.Name !== undefined && !/^[a-zA-Z0-9:/_-]{1,256}$/.test(input.Name)) {
      throw constraintViolated(
        input.Name,
        "name",
        "Member must satisfy regular expression pattern: ^[a-zA-Z0-9:/_-]+$",
      );
    }
    for (const principal of [input.GranteePrincipal, input.RetiringPrincipal]) {
      if (principal !== undefined && !/^arn:aws:(iam|sts)::\d{12}:\S+$/.test(principal)) {
        throw validation(`${principal.slice(0, 300)} is not the ARN of a principal`);
      }
    }
    const constraint = constraintOf(input.Constraints);
    const grant = await store.transaction(async (transaction) => {
      const key = await requireKeyById(transaction, scope, input.KeyId, clock.now());
      checkNotPendingDeletion(key);
      checkGrantOperations(key, operations);
      const wanted: GrantRecord = {
        ...scope,
        grantId: newGrantId(),
        keyId: key.keyId,
        name: input.Name,
        granteePrincipal: input.GranteePrincipal ?? "",
        retiringPrincipal: input.RetiringPrincipal,
        operations,
        issuingAccount: call.accountId,
        constraint,
        createdAt: clock.now(),
      };
      const others = await grantsOf(transaction, key);
      // A name makes the call repeatable: the same grant again is the one that is there.
      const same = wanted.name === undefined ? undefined : others.find((other) => sameGrant(other, wanted));
      if (same !== undefined) return same;
      if (others.length >= mostGrants) throw limitExceeded(`${keyArn(key, key.keyId)} has ${mostGrants} grants.`);
      if (input.DryRun === true) throw dryRun();
      putGrant(transaction, wanted);
      return wanted;
    });
    return { GrantId: grant.grantId, GrantToken: grantToken(scope, grant.keyId, grant.grantId) };
  },
});

/** A tenth of AWS's quota: every use of the key looks at its grants. */
const mostGrants = 5_000;
