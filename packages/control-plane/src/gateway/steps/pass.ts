import type { RequestSignature } from "@fleetless/aws-protocol";
import { unreachableService } from "../errors.ts";
import type { Exchange, GatewayContext } from "../exchange.ts";

/** What endpoints call the services whose name in a signature is another. */
const endpointNames: Readonly<Record<string, string>> = { ecr: "ecr.api" };

/**
 * A call from inside a VPC goes by the VPC's way to the service that it is for: from here on it has the address that
 * the service sees. Throws where there is no way, and where the endpoint that it came through leads elsewhere.
 */
export const pass = (exchange: Exchange, signature: RequestSignature | undefined, context: GatewayContext): void => {
  const { connection, identified } = exchange;
  if (connection === undefined || identified === undefined) return;
  const { signingName } = identified.service;
  const service = endpointNames[signingName] ?? signingName;
  const region = signature?.credential.region ?? context.region;
  const passage = connection.passage(service, region);
  if (passage.kind === "refused") throw unreachableService(service, passage.because);
  exchange.sourceAddress = passage.sourceAddress;
  if (passage.kind === "endpoint") exchange.endpoint = passage;
};
