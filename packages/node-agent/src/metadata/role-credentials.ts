import type { Clock, ControlPlaneSession, Logger, RoleCredentials, WorkloadId } from "@fleetless/kernel";
import { messageOf } from "@fleetless/kernel";

interface Held {
  readonly credentials: RoleCredentials;
  readonly obtainedAt: number;
}

/**
 * The temporary keys of one task's role. New ones are fetched when half the life of the old ones is over, so
 * that a client, which renews when a few minutes are left, always gets newer ones.
 */
export class TaskRoleCredentials {
  readonly #session: Pick<ControlPlaneSession, "credentials">;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #workloadId: WorkloadId;
  #held: Held | undefined;
  #fetching: Promise<RoleCredentials | undefined> | undefined;

  constructor(session: Pick<ControlPlaneSession, "credentials">, clock: Clock, logger: Logger, workloadId: WorkloadId) {
    this.#session = session;
    this.#clock = clock;
    this.#logger = logger;
    this.#workloadId = workloadId;
  }

  /** Undefined where there are none: the role was refused, or the control plane is away and the last have expired. */
  async get(): Promise<RoleCredentials | undefined> {
    const held = this.#held;
    const now = this.#clock.now();
    if (held !== undefined && now < (held.obtainedAt + held.credentials.expiration) / 2) return held.credentials;
    this.#fetching ??= this.#fetch().finally(() => {
      this.#fetching = undefined;
    });
    return this.#fetching;
  }

  async #fetch(): Promise<RoleCredentials | undefined> {
    const workloadId = this.#workloadId;
    try {
      const result = await this.#session.credentials(workloadId, "task");
      if (result.ok) {
        this.#held = { credentials: result.value, obtainedAt: this.#clock.now() };
        return result.value;
      }
      const { code, message, retryable } = result.refusal;
      this.#logger.warn({ workloadId, code, error: message }, "a task's role credentials were refused");
      if (!retryable) this.#held = undefined;
    } catch (thrown) {
      this.#logger.warn({ workloadId, error: messageOf(thrown) }, "a task's role credentials could not be fetched");
    }
    const held = this.#held?.credentials;
    return held !== undefined && this.#clock.now() < held.expiration ? held : undefined;
  }
}
