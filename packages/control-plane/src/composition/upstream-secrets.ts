import { accountId, type Clock, ServiceError } from "@fleetless/kernel";
import type { Principal } from "../gateway/call.ts";
import { principalKeys } from "../gateway/condition-keys.ts";
import {
  type ReadUpstreamSecret,
  upstreamSecretInaccessible,
  upstreamSecretNotFound,
  upstreamSecretUndecryptable,
} from "../services/ecr/service.ts";
import type { SecretReader } from "../services/secretsmanager/service.ts";

const inEcrsWords = (thrown: unknown): unknown => {
  if (!(thrown instanceof ServiceError)) return thrown;
  if (thrown.code === "ResourceNotFoundException" || thrown.code === "InvalidRequestException") {
    return upstreamSecretNotFound(thrown.message);
  }
  if (thrown.code === "DecryptionFailure") return upstreamSecretUndecryptable(thrown.message);
  return thrown.code === "AccessDeniedException" ? upstreamSecretInaccessible(thrown.message) : thrown;
};

/**
 * Reads the logins of registries that ECR is a cache of, as the account itself: on AWS a service-linked role does,
 * which may read the secrets of the account whose names begin with `ecr-pullthroughcache/`.
 */
export const createUpstreamSecrets =
  (secrets: SecretReader, clock: Clock): ReadUpstreamSecret =>
  async (scope, secretArn) => {
    const account = accountId(scope.accountId);
    const arn = `arn:aws:iam::${account}:root`;
    const principal: Principal = { kind: "root", accountId: account, arn, userId: account };
    const conditionKeys = {
      "aws:CurrentTime": [new Date(clock.now()).toISOString()],
      "aws:RequestedRegion": [scope.region],
      "aws:ViaAWSService": ["true"],
      ...principalKeys(principal),
    };
    try {
      const user = { principal, scope, conditionKeys, viaService: "secretsmanager" };
      const { kind, text } = await secrets.read(user, secretArn, {});
      return kind === "binary" ? Buffer.from(text, "base64").toString("utf8") : text;
    } catch (thrown) {
      throw inEcrsWords(thrown);
    }
  };
