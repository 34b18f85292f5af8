import { randomUUID } from "node:crypto";
import { redactSensitive } from "@fleetless/aws-protocol";
import type { Exchange, GatewayContext } from "../exchange.ts";

const reading = /^(Get|List|Describe|Head|Filter|Search|BatchGet|Lookup|Query|Scan|Simulate|Test|AssumeRole)/;

/** Tells the audit trail of a call whose operation is known, with sensitive members replaced. */
export const audit = (exchange: Exchange, context: GatewayContext): void => {
  const { identified, call, error } = exchange;
  if (identified === undefined) return;
  const { operation, service } = identified;
  context.audit.record({
    eventId: randomUUID(),
    requestId: exchange.requestId,
    at: exchange.receivedAt,
    service: service.signingName,
    operation: operation.name,
    readOnly: reading.test(operation.name),
    region: call?.region ?? context.region,
    accountId: call?.accountId ?? context.accountId,
    principal: call?.principal,
    accessKeyId: call?.accessKeyId,
    sourceAddress: exchange.sourceAddress,
    vpcEndpointId: exchange.endpoint?.endpointId,
    userAgent: exchange.userAgent,
    requestParameters: redactSensitive(operation.input, exchange.input),
    responseElements: redactSensitive(operation.output, exchange.output),
    errorCode: error?.code,
    errorMessage: error?.message,
    checks: exchange.checks,
  });
};
