import { checkTime, missingAuthenticationToken, type RequestSignature, verifySignature } from "@fleetless/aws-protocol";
import { region } from "@fleetless/kernel";
import type { Exchange, GatewayContext } from "../exchange.ts";

const regionName = /^[a-z]{2}(-[a-z]+)+-\d$/;

/** Proves who calls. From here on the request's body is the decoded one. */
export const authenticate = async (
  exchange: Exchange,
  signature: RequestSignature | undefined,
  context: GatewayContext,
): Promise<void> => {
  if (signature === undefined) throw missingAuthenticationToken();
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
    region: regionName.test(scopeRegion) ? region(scopeRegion) : context.region,
    principal,
    accessKeyId,
    sourceAddress: exchange.sourceAddress,
    userAgent: exchange.userAgent,
    clock: context.clock,
  };
};
