import type { HttpResponse } from "@fleetless/aws-protocol";
import type { Exchange } from "../exchange.ts";

/** The answer in the protocol that the request spoke. Throws where an output does not fit its schema. */
export const serialise = (exchange: Exchange): HttpResponse => {
  const { codec, model, error, identified, output, requestId } = exchange;
  if (error !== undefined || identified === undefined || output === undefined) {
    if (error === undefined) throw new TypeError("A call ended with neither an output nor an error");
    return codec.serialiseError(error, { model, requestId });
  }
  return codec.serialiseResponse(identified.operation, output, requestId);
};
