import {
  chooseCodec,
  type HttpRequest,
  parseQueryString,
  type RequestSignature,
  readSignature,
} from "@fleetless/aws-protocol";
import type { Exchange, GatewayContext } from "../exchange.ts";

const presignedScope = (request: HttpRequest): string | undefined => {
  if (!/x-amz-credential=/i.test(request.query)) return undefined;
  const credential = parseQueryString(request.query).find(([name]) => name.toLowerCase() === "x-amz-credential");
  return credential?.[1].split("/")[3];
};

/**
 * Finds out which service, protocol and operation a request means, and reads the signature it bears. The
 * input is parsed only after the caller is known: that is AWS's order of errors, and it keeps strangers'
 * bytes away from the parsers.
 */
export const identify = async (exchange: Exchange, context: GatewayContext): Promise<RequestSignature | undefined> => {
  const { request } = exchange;
  const located = await context.directory.locate(request, presignedScope(request));
  exchange.model = located?.model;
  exchange.codec = chooseCodec(request, located?.model);
  if (located !== undefined) {
    const operation = exchange.codec.operationOf(located.model, request);
    if (operation !== undefined) {
      exchange.identified = { service: located.service, operation };
      exchange.bound = located.service.operations.get(operation.name);
    }
  }
  return readSignature(request);
};
