import type { DescribeSecretRequest, DescribeSecretResponse } from "@aws-sdk/client-secrets-manager";
import { defineOperation } from "../../../gateway/operation.ts";
import type { SecretsManagerDependencies } from "../dependencies.ts";
import { onSecret, scopeOf } from "../permissions.ts";
import { requireAny } from "../repository.ts";
import { describedSecret } from "../views.ts";

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DescribeSecret.html */
export const describeSecret = defineOperation<
  SecretsManagerDependencies,
  DescribeSecretRequest,
  DescribeSecretResponse
>({
  authorise: onSecret("secretsmanager:DescribeSecret"),
  handle: async ({ SecretId }, call, { store, clock }) =>
    describedSecret(await store.read((transaction) => requireAny(transaction, scopeOf(call), SecretId, clock.now()))),
});
