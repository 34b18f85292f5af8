import type {
  APIErrorType,
  BatchGetSecretValueRequest,
  BatchGetSecretValueResponse,
  SecretValueEntry,
} from "@aws-sdk/client-secrets-manager";
import { ServiceError } from "@fleetless/kernel";
import type { Call } from "../../../gateway/call.ts";
import { defineOperation, permission, throughEndpoint } from "../../../gateway/operation.ts";
import type { SecretsManagerDependencies } from "../dependencies.ts";
import { keyUserOf } from "../dependencies.ts";
import { accessDenied, invalidParameter } from "../errors.ts";
import { matchesFilters } from "../filters.ts";
import { pageOf } from "../pages.ts";
import { permissionOnSecretId, scopeOf } from "../permissions.ts";
import { requireSecret, secretsIn } from "../repository.ts";
import { readSecretVersion } from "../secret-values.ts";
import { valueView } from "../value-view.ts";

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_BatchGetSecretValue.html */
export const batchGetSecretValue = defineOperation<
  SecretsManagerDependencies,
  BatchGetSecretValueRequest,
  BatchGetSecretValueResponse
>({
  authorise: permission("secretsmanager:BatchGetSecretValue", () => ["*"]),
  handle: async (input, call, dependencies) => {
    const { SecretIdList: named, Filters: filters } = input;
    if ((named === undefined) === (filters === undefined)) {
      throw invalidParameter("Either SecretIdList or Filters must be given, and not both.");
    }
    if (named !== undefined && (named.length < 1 || named.length > mostNamed)) {
      throw invalidParameter(`SecretIdList must have 1 to ${mostNamed} entries.`);
    }
    if (named !== undefined && input.MaxResults !== undefined) {
      throw invalidParameter("MaxResults is for use with Filters.");
    }
    const found = named ?? (await filteredIds(input, call, dependencies));
    const limit = input.MaxResults ?? mostNamed;
    const { page, nextToken } = pageOf(found, (id) => id, limit, input.NextToken, mostNamed);
    const SecretValues: SecretValueEntry[] = [];
    const Errors: APIErrorType[] = [];
    for (const id of page) {
      try {
        SecretValues.push(await readOne(id, call, dependencies));
      } catch (thrown) {
        if (!(thrown instanceof ServiceError)) throw thrown;
        Errors.push({ SecretId: id, ErrorCode: thrown.code, Message: thrown.message });
      }
    }
    return { SecretValues, Errors, ...nextToken };
  },
});

const mostNamed = 20;

const filteredIds = async (
  { Filters }: BatchGetSecretValueRequest,
  call: Call,
  { store, clock }: SecretsManagerDependencies,
): Promise<readonly string[]> => {
  const all = await store.read((transaction) => secretsIn(transaction, scopeOf(call), clock.now()));
  return all
    .filter((secret) => secret.deletionAt === undefined && matchesFilters(secret, Filters))
    .map(({ arn }) => arn);
};

/** As GetSecretValue answers, its permission included. */
const readOne = async (id: string, call: Call, dependencies: SecretsManagerDependencies): Promise<SecretValueEntry> => {
  const { store, clock, authoriser } = dependencies;
  const user = keyUserOf(call);
  const action = "secretsmanager:GetSecretValue";
  const needed = await permissionOnSecretId(dependencies, scopeOf(call), id, action);
  const decision = await authoriser.decide(
    call.principal,
    throughEndpoint([needed], call.endpoint),
    user.conditionKeys,
  );
  if (decision.kind === "denied") {
    throw accessDenied(
      `User: ${call.principal.arn} is not authorized to perform: ${action} on resource: ${decision.resource} ${decision.because}`,
    );
  }
  const secret = await store.read((transaction) => requireSecret(transaction, scopeOf(call), id, clock.now()));
  return valueView(await readSecretVersion(dependencies, user, secret, undefined, undefined));
};
