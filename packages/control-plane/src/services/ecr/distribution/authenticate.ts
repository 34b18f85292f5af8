import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { ServiceError } from "@fleetless/kernel";
import type { Call } from "../../../gateway/call.ts";
import type { Caller } from "../../../gateway/exchange.ts";
import type { AccessKeys } from "../../../gateway/ports.ts";
import type { EcrDependencies } from "../dependencies.ts";
import { DistributionError } from "./errors.ts";

/** The one user name of an ECR login. */
export const loginUser = "AWS";

/** Keys of sessions begin so; a token got with one holds for as long as the token does. */
const sessionKeyPrefix = "ASIA";

const challenge = (dependencies: EcrDependencies): Readonly<Record<string, string>> => ({
  "www-authenticate": `Basic realm="http://${dependencies.registryHost()}/",service="ecr.amazonaws.com"`,
});

const passwordOf = (header: string | undefined): string | undefined => {
  const encoded = /^Basic ([A-Za-z0-9+/=_-]{1,32768})$/i.exec(header ?? "")?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, "base64").toString("utf8");
  return text.startsWith(`${loginUser}:`) ? text.slice(loginUser.length + 1) : undefined;
};

/**
 * Who makes a request of the distribution API: the bearer of a token of GetAuthorizationToken.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html
 */
export const authenticate = async (
  message: IncomingMessage,
  caller: Caller,
  dependencies: EcrDependencies,
  accessKeys: AccessKeys,
): Promise<Call> => {
  const password = passwordOf(message.headers.authorization);
  if (password === undefined) {
    throw new DistributionError(401, "UNAUTHORIZED", "Not Authorized", challenge(dependencies));
  }
  const reading = dependencies.tokens.read(password);
  if (reading.kind === "expired") {
    throw new DistributionError(403, "DENIED", "Your authorization token has expired. Reauthenticate and try again.");
  }
  if (reading.kind === "unknown") {
    throw new DistributionError(401, "UNAUTHORIZED", "Not Authorized", challenge(dependencies));
  }
  const { principal, accessKeyId, region } = reading.bearer;
  if (principal.kind !== "assumed-role" && !accessKeyId.startsWith(sessionKeyPrefix)) {
    await checkKey(accessKeyId, caller, dependencies, accessKeys);
  }
  const passage = caller.connection?.passage("ecr.dkr", region);
  if (passage?.kind === "refused") {
    throw new DistributionError(403, "DENIED", `There is no way to ecr.dkr from here: ${passage.because}.`);
  }
  return {
    requestId: randomUUID(),
    accountId: principal.accountId,
    region,
    principal,
    accessKeyId,
    sourceAddress: passage?.sourceAddress ?? caller.sourceAddress,
    endpoint: passage?.kind === "endpoint" ? passage : undefined,
    userAgent: (message.headers["user-agent"] ?? "").slice(0, 1024),
    host: message.headers.host ?? "",
    clock: dependencies.clock,
  };
};

/** A key that was deleted or made inactive takes its tokens with it. */
const checkKey = async (
  accessKeyId: string,
  caller: Caller,
  dependencies: EcrDependencies,
  accessKeys: AccessKeys,
): Promise<void> => {
  try {
    await accessKeys.find(accessKeyId, undefined, caller.isLocal);
  } catch (thrown) {
    if (!(thrown instanceof ServiceError)) throw thrown;
    throw new DistributionError(401, "UNAUTHORIZED", thrown.message, challenge(dependencies));
  }
};
