import { chooseCodec, type HttpRequest, type RequestSignature, readSignature } from "@fleetless/aws-protocol";
import { ServiceError } from "@fleetless/kernel";
import type { Exchange, GatewayContext } from "../exchange.ts";

type Claim =
  | { readonly kind: "read"; readonly signature: RequestSignature | undefined }
  | { readonly kind: "malformed"; readonly error: ServiceError };

const claimOf = (request: HttpRequest): Claim => {
  try {
    return { kind: "read", signature: readSignature(request) };
  } catch (thrown) {
    if (!(thrown instanceof ServiceError)) throw thrown;
    return { kind: "malformed", error: thrown };
  }
};

/**
 * Finds out which service, protocol and operation a request means, and reads the signature it bears: the service
 * is the one that the signature is for, so that no key reaches another. The input is parsed only after the caller
 * is known: that is AWS's order of errors, and it keeps strangers' bytes away from the parsers.
 */
export const identify = async (exchange: Exchange, context: GatewayContext): Promise<RequestSignature | undefined> => {
  const { request } = exchange;
  const claim = claimOf(request);
  const scope = claim.kind === "read" ? claim.signature?.credential.service : undefined;
  const located = await context.directory.locate(request, scope);
  exchange.model = located?.model;
  exchange.codec = chooseCodec(request, located?.model);
  if (located !== undefined) {
    const operation = exchange.codec.operationOf(located.model, request);
    if (operation !== undefined) {
      exchange.identified = { service: located.service, operation };
      exchange.bound = located.service.operations.get(operation.name);
    }
  }
  if (claim.kind === "malformed") throw claim.error;
  return claim.signature;
};
