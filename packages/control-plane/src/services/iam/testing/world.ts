import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accountId, ManualClock, region, ServiceError, silentLogger } from "@fleetless/kernel";
import { createCallHistory } from "../../../audit/call-history.ts";
import { createSecretSealer } from "../../../credentials/sealing.ts";
import type { Call } from "../../../gateway/call.ts";
import type { Service } from "../../../gateway/service.ts";
import { openSqliteStore } from "../../../state/sqlite/open.ts";
import { createIamService } from "../service.ts";

export const account = accountId("123456789012");
export const clock = new ManualClock();

export const rootCall: Call = {
  requestId: "r",
  accountId: account,
  region: region("us-east-1"),
  principal: { kind: "root", accountId: account, arn: `arn:aws:iam::${account}:root`, userId: account },
  accessKeyId: "AKIAROOT",
  sourceAddress: "127.0.0.1",
  userAgent: "test",
  host: "127.0.0.1:4566",
  clock,
};

export const allowAll = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "*" }],
});

export const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "ecs-tasks.amazonaws.com" }, Action: "sts:AssumeRole" }],
});

export interface IamWorld {
  readonly service: Service;
  run(name: string, input?: object, call?: Call): Promise<unknown>;
  close(): Promise<void>;
}

/** IAM on a store of its own. */
export const openIamWorld = async (): Promise<IamWorld> => {
  const directory = await mkdtemp(join(tmpdir(), "fleetless-iam-"));
  const store = await openSqliteStore({ path: join(directory, "s"), logger: silentLogger, clock });
  const sealer = createSecretSealer(Buffer.alloc(32, 7));
  const service = createIamService({
    store,
    clock,
    sealer,
    accountCreatedAt: async () => 1_700_000_000_500,
    callHistory: createCallHistory(store.auditRecords),
  });
  return {
    service,
    run: async (name, input = {}, call = rootCall) => {
      const operation = service.operations.get(name);
      if (operation === undefined) throw new Error(`${name} is not supported.`);
      return operation.handle(input, call);
    },
    close: async () => {
      await store.close();
      await rm(directory, { recursive: true });
    },
  };
};

export interface Refusal {
  readonly code: string;
  readonly status: number;
  readonly message: string;
}

/** How a call was refused; throws where it was not. */
export const refusal = async (running: Promise<unknown>): Promise<Refusal> => {
  const thrown = await running.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(thrown instanceof ServiceError)) throw new Error(`Not refused in IAM's words: ${String(thrown)}`);
  return { code: thrown.code, status: thrown.httpStatus, message: thrown.message };
};
