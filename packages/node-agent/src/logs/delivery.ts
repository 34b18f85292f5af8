import { type Clock, type ControlPlaneSession, type Logger, messageOf, type SessionResult } from "@fleetless/kernel";
import type { Batch } from "./batches.ts";
import type { DeliveryState } from "./delivery-state.ts";
import { pause } from "./wake-up.ts";

export type LogSession = Pick<ControlPlaneSession, "createLogStream" | "putLogEvents">;

export interface DeliveryParts {
  readonly session: LogSession;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly stop: AbortSignal;
}

const firstWait = 100;
const longestWait = 5_000;
const waitAfter = (failures: number): number => Math.min(longestWait, firstWait * 2 ** Math.min(failures - 1, 10));

/** The control plane's answer; that it cannot be reached is one that may change. */
const attempt = async (call: () => Promise<SessionResult<void>>): Promise<SessionResult<void>> => {
  try {
    return await call();
  } catch (thrown) {
    const message = `send request failed: ${messageOf(thrown)}`;
    return { ok: false, refusal: { code: "RequestError", message, retryable: true } };
  }
};

/**
 * Sends one batch until the control plane has it. `afterFailure` may say that the batch is to be given up.
 * A refusal that waiting does not mend, such as AccessDeniedException, gives it up too, as awslogs does.
 */
export const deliver = async (
  parts: DeliveryParts,
  state: DeliveryState,
  batch: Batch,
  afterFailure: () => Promise<"again" | "give-up">,
): Promise<"delivered" | "given-up" | "stopped"> => {
  const { session, logger, stop } = parts;
  const { workloadId, group, stream } = state;
  let madeAgain = false;
  for (let failures = 1; !stop.aborted; failures++) {
    const result = await attempt(() =>
      session.putLogEvents(workloadId, { group, stream, batch: state.batch, events: batch.events }),
    );
    if (result.ok) return "delivered";
    const { code, message, retryable } = result.refusal;
    if (code === "ResourceNotFoundException" && !madeAgain) {
      madeAgain = true;
      await attempt(() => session.createLogStream(workloadId, { group, stream, createGroup: false }));
      continue;
    }
    if (!retryable) {
      logger.warn({ group, stream, events: batch.events.length, code, error: message }, "log events were refused");
      return "given-up";
    }
    logger.debug({ group, stream, failures, code, error: message }, "log events could not be delivered, will retry");
    if ((await afterFailure()) === "give-up") return "given-up";
    await pause(parts.clock, waitAfter(failures), stop);
  }
  return "stopped";
};

const creationAttempts = 6;

/** Makes the container's stream; a refusal is worded as ECS shows it when a task cannot start for its logs. */
export const createStream = async (
  parts: DeliveryParts,
  state: Pick<DeliveryState, "workloadId" | "group" | "stream">,
  createGroup: boolean,
): Promise<SessionResult<void>> => {
  const { workloadId, group, stream } = state;
  for (let tries = 1; ; tries++) {
    const result = await attempt(() => parts.session.createLogStream(workloadId, { group, stream, createGroup }));
    if (result.ok) return result;
    const { code, message, retryable } = result.refusal;
    if (!retryable || tries === creationAttempts || parts.stop.aborted) {
      const worded = `failed to validate logger args: create stream has been retried ${tries} times: failed to create Cloudwatch log stream: ${code}: ${message} : exit status 1`;
      return { ok: false, refusal: { code, message: worded, retryable } };
    }
    await pause(parts.clock, waitAfter(tries), parts.stop);
  }
};
