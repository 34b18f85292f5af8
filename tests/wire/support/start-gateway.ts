import { accountId, type Clock, type Logger, region, ServiceError, silentLogger, systemClock } from "@fleetless/kernel";
import { bindOperations } from "../../../packages/control-plane/src/gateway/bind-operations.ts";
import type { Principal } from "../../../packages/control-plane/src/gateway/call.ts";
import { createGateway, type Gateway } from "../../../packages/control-plane/src/gateway/gateway.ts";
import type { Operation } from "../../../packages/control-plane/src/gateway/operation.ts";
import type { CallRecord, Decision } from "../../../packages/control-plane/src/gateway/ports.ts";
import type { Service } from "../../../packages/control-plane/src/gateway/service.ts";

const account = accountId("123456789012");

export const credentials = { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "wire-test-secret" };
/** Known for local callers only. */
export const localCredentials = { accessKeyId: "local", secretAccessKey: "local" };
export const sessionCredentials = {
  accessKeyId: "ASIAEXAMPLE",
  secretAccessKey: "wire-session-secret",
  sessionToken: "wire-session-token",
};

const caller: Principal = {
  kind: "user",
  accountId: account,
  arn: "arn:aws:iam::123456789012:user/alice",
  userId: "AIDAEXAMPLE",
  userName: "alice",
};

const unknownKey = new ServiceError(
  "InvalidClientTokenId",
  403,
  "The security token included in the request is invalid.",
);

export interface StartedGateway extends AsyncDisposable {
  readonly gateway: Gateway;
  readonly endpoint: string;
  readonly port: number;
  readonly records: readonly CallRecord[];
}

export interface GatewaySettings {
  readonly decision?: Decision;
  readonly clock?: Clock;
  readonly logger?: Logger;
  readonly bodyLimit?: number;
  readonly bodyBudget?: number;
}

/** A gateway on a free port of loopback, with one user, one session, and an authoriser that decides as told. */
export const startGateway = async (
  services: readonly Service[],
  settings: GatewaySettings = {},
): Promise<StartedGateway> => {
  const records: CallRecord[] = [];
  const gateway = createGateway({
    services,
    accessKeys: {
      find: async (accessKeyId, sessionToken, isLocal) => {
        if (accessKeyId === localCredentials.accessKeyId && isLocal) {
          return { secretAccessKey: localCredentials.secretAccessKey, principal: caller };
        }
        for (const known of [{ ...credentials, sessionToken: undefined }, sessionCredentials]) {
          if (known.accessKeyId === accessKeyId && known.sessionToken === sessionToken) {
            return { secretAccessKey: known.secretAccessKey, principal: caller };
          }
        }
        throw unknownKey;
      },
    },
    authoriser: { decide: async () => settings.decision ?? { kind: "allowed", checks: [] } },
    audit: { record: (call) => records.push(call) },
    clock: settings.clock ?? systemClock,
    logger: settings.logger ?? silentLogger,
    region: region("us-east-1"),
    furtherRegions: new Set(["eu-west-1"]),
    accountId: account,
    verifyResponses: true,
    ...(settings.bodyLimit === undefined ? {} : { bodyLimit: settings.bodyLimit }),
    ...(settings.bodyBudget === undefined ? {} : { bodyBudget: settings.bodyBudget }),
  });
  const { port } = await gateway.listen("127.0.0.1", 0);
  return {
    gateway,
    port,
    endpoint: `http://127.0.0.1:${port}`,
    records,
    [Symbol.asyncDispose]: () => gateway.close(),
  };
};

type Handler<Input, Output> = Operation<object, Input, Output>["handle"];

/** An operation that asks for one permission and answers what `handle` says. */
export const operation = <Input, Output>(
  action: string,
  handle: Handler<Input, Output>,
): Operation<object, Input, Output> => ({
  authorise: { kind: "permissions", permissions: () => [{ action, resources: ["*"] }] },
  handle,
});

export const service = (
  signingName: string,
  model: Service["model"],
  operations: Readonly<Record<string, Operation<object, never, unknown>>>,
): Service => ({ signingName, model, operations: bindOperations({}, operations), controllers: [] });
