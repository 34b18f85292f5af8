import { randomUUID } from "node:crypto";
import { type HttpRequest, type HttpResponse, inProtocol, restJson } from "@fleetless/aws-protocol";
import { ServiceError } from "@fleetless/kernel";
import { StoreUnavailableError } from "../state/store.ts";
import { internalFailure, storeUnavailable } from "./errors.ts";
import type { Caller, Exchange, GatewayContext } from "./exchange.ts";
import { audit } from "./steps/audit.ts";
import { authenticate } from "./steps/authenticate.ts";
import { authorise } from "./steps/authorise.ts";
import { handle } from "./steps/handle.ts";
import { identify } from "./steps/identify.ts";
import { parse } from "./steps/parse.ts";
import { pass } from "./steps/pass.ts";
import { serialise } from "./steps/serialise.ts";

/** Takes one request through all steps; it answers always, and never throws. */
export const answer = (request: HttpRequest, caller: Caller, context: GatewayContext): Promise<HttpResponse> =>
  conclude(request, caller, context, (exchange) => serve(exchange, context));

/** Answers a request whose body was not read, as its head alone shows what it is. */
export const refuse = (
  head: HttpRequest,
  caller: Caller,
  error: ServiceError,
  context: GatewayContext,
): Promise<HttpResponse> =>
  conclude(head, caller, context, async (exchange) => {
    await identify(exchange, context);
    throw error;
  });

const conclude = async (
  request: HttpRequest,
  { sourceAddress, isLocal, connection }: Caller,
  context: GatewayContext,
  work: (exchange: Exchange) => Promise<void>,
): Promise<HttpResponse> => {
  const exchange: Exchange = {
    requestId: randomUUID(),
    receivedAt: context.clock.now(),
    sourceAddress,
    isLocal,
    connection,
    endpoint: undefined,
    userAgent: request.headers["user-agent"] ?? "",
    request,
    codec: restJson,
    model: undefined,
    identified: undefined,
    call: undefined,
    bound: undefined,
    input: undefined,
    output: undefined,
    error: undefined,
    checks: undefined,
  };
  try {
    await work(exchange);
  } catch (thrown) {
    exchange.error = serviceErrorOf(thrown, exchange, context);
  }
  try {
    audit(exchange, context);
    return serialise(exchange);
  } catch (thrown) {
    exchange.error = serviceErrorOf(thrown, exchange, context);
    return serialise(exchange);
  }
};

const serve = async (exchange: Exchange, context: GatewayContext): Promise<void> => {
  const signature = await identify(exchange, context);
  pass(exchange, signature, context);
  await authenticate(exchange, signature, context);
  parse(exchange, context);
  const { bound, call, identified, input } = exchange;
  if (bound === undefined || call === undefined || identified === undefined) return;
  const { operation, service } = identified;
  await authorise(bound, input, call, service.signingName, operation.name, context, exchange);
  context.throttle.take(call, service.signingName, operation.name);
  exchange.output = await handle(bound, input, call, operation, context.verifyResponses);
};

/** Whatever is no ServiceError is a fault of ours: the log gets it whole, the client only the request's id. */
const serviceErrorOf = (thrown: unknown, exchange: Exchange, context: GatewayContext): ServiceError => {
  const { codec, identified, model, requestId } = exchange;
  if (thrown instanceof ServiceError) return inProtocol(thrown, codec.name, model);
  context.logger.error(
    {
      requestId,
      service: identified?.service.signingName,
      operation: identified?.operation.name,
      error: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown),
    },
    "a request failed with an internal error",
  );
  const error = thrown instanceof StoreUnavailableError ? storeUnavailable() : internalFailure(requestId);
  return inProtocol(error, codec.name, model);
};
