import {
  checkTime,
  invalidScopeRegion,
  missingAuthenticationToken,
  type RequestSignature,
  verifySignature,
} from "@fleetless/aws-protocol";
import { type Region, region } from "@fleetless/kernel";
import type { Call } from "../call.ts";
import type { Exchange, GatewayContext } from "../exchange.ts";

/** A misspelt region must not become one of its own, nor stand for another. */
const regionOf = (name: string, context: GatewayContext): Region => {
  if (name === context.region) return context.region;
  if (!context.furtherRegions.has(name)) throw invalidScopeRegion(name.slice(0, 64));
  return region(name);
};

/** Proves who calls. From here on the request's body is the decoded one. */
export const authenticate = async (
  exchange: Exchange,
  signature: RequestSignature | undefined,
  context: GatewayContext,
): Promise<void> => {
  if (signature === undefined) {
    if (exchange.bound?.authorise.kind !== "unsigned") throw missingAuthenticationToken();
    exchange.call = anonymousCall(exchange, context);
    return;
  }
  checkTime(signature, exchange.receivedAt);
  const { accessKeyId, region: scopeRegion } = signature.credential;
  const { secretAccessKey, principal } = await context.accessKeys.find(
    accessKeyId,
    signature.sessionToken,
    exchange.isLocal,
  );
  exchange.request = verifySignature(exchange.request, signature, secretAccessKey, context.signingKeys);
  exchange.call = {
    requestId: exchange.requestId,
    accountId: principal.accountId,
    region: regionOf(scopeRegion, context),
    principal,
    accessKeyId,
    sourceAddress: exchange.sourceAddress,
    endpoint: exchange.endpoint,
    userAgent: exchange.userAgent,
    host: exchange.request.headers.host ?? "",
    clock: context.clock,
  };
};

/** A call of nobody known, in the gateway's own region. */
const anonymousCall = (exchange: Exchange, context: GatewayContext): Call => ({
  requestId: exchange.requestId,
  accountId: context.accountId,
  region: context.region,
  principal: { kind: "anonymous", accountId: context.accountId, arn: "anonymous", userId: "anonymous" },
  accessKeyId: "",
  sourceAddress: exchange.sourceAddress,
  endpoint: exchange.endpoint,
  userAgent: exchange.userAgent,
  host: exchange.request.headers.host ?? "",
  clock: context.clock,
});
