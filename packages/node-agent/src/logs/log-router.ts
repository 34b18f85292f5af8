import {
  type Clock,
  type ContainerSpec,
  type Logger,
  messageOf,
  type SessionResult,
  type Workload,
  type WorkloadId,
} from "@fleetless/kernel";
import { type AwslogsOptions, LogOptionsError, readAwslogsOptions } from "./awslogs-options.ts";
import { ContainerLog } from "./container-log.ts";
import type { LogRouter } from "./contract.ts";
import { createStream, type LogSession } from "./delivery.ts";
import { type DeliveryState, DeliveryStates } from "./delivery-state.ts";
import { DiscardedOutput } from "./discarded-output.ts";

export interface LogRouterOptions {
  readonly session: LogSession;
  /** A directory of the router's own; made where it is not there. */
  readonly stateDirectory: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Bytes of one container's output that may wait for delivery; default 1 GiB. */
  readonly maximumBacklogBytes?: number;
}

type Follower = ContainerLog | DiscardedOutput;

export const createLogRouter = (options: LogRouterOptions): LogRouter => new FileLogRouter(options);

const opened: SessionResult<void> = { ok: true, value: undefined };

const invalid = (message: string): SessionResult<void> => ({
  ok: false,
  refusal: {
    code: "InvalidParameterException",
    message: `failed to validate logger args: ${message} : exit status 1`,
    retryable: false,
  },
});

class FileLogRouter implements LogRouter {
  readonly #options: LogRouterOptions;
  readonly #states: DeliveryStates;
  readonly #followers = new Map<string, Follower>();
  readonly #opening = new Map<string, Promise<SessionResult<void>>>();
  readonly #stop = new AbortController();

  constructor(options: LogRouterOptions) {
    this.#options = options;
    this.#states = new DeliveryStates(options.stateDirectory);
  }

  open(workload: Workload, container: ContainerSpec, outputPath: string): Promise<SessionResult<void>> {
    const key = keyOf(workload.id, container.name);
    if (this.#followers.has(key)) return Promise.resolve(opened);
    const opening = this.#opening.get(key) ?? this.#open(workload, container, outputPath);
    this.#opening.set(key, opening);
    return opening.finally(() => this.#opening.delete(key));
  }

  async drain(workloadId: WorkloadId, containerName: string, timeoutMilliseconds: number): Promise<void> {
    const key = keyOf(workloadId, containerName);
    await this.#opened(key, timeoutMilliseconds);
    const follower = this.#followers.get(key) ?? (await this.#resume(workloadId, containerName));
    this.#followers.delete(key);
    if (follower !== undefined && !(await follower.finish(timeoutMilliseconds))) {
      this.#options.logger.warn(
        { workloadId, containerName, timeoutMilliseconds },
        "the last log events of a container could not be delivered in time",
      );
    }
    // Also where there is nothing to deliver: an agent may have been killed over this.
    await this.#states.remove(workloadId, containerName);
  }

  /** An opening that nobody waits for any more still goes on, and leaves something to drain. */
  async #opened(key: string, timeoutMilliseconds: number): Promise<void> {
    const opening = this.#opening.get(key);
    if (opening === undefined) return;
    const given = new AbortController();
    const limit = this.#options.clock.sleep(timeoutMilliseconds, given.signal).catch(() => undefined);
    await Promise.race([opening.catch(() => undefined), limit]);
    given.abort();
  }

  async close(): Promise<void> {
    this.#stop.abort(new Error("The log router is closing."));
    await Promise.all([...this.#followers.values()].map((follower) => follower.stop()));
    this.#followers.clear();
  }

  async #open(workload: Workload, container: ContainerSpec, outputPath: string): Promise<SessionResult<void>> {
    const { log, name } = container;
    const { clock, logger } = this.#options;
    if (log === undefined) {
      this.#start(workload.id, name, new DiscardedOutput(outputPath, clock, logger));
      return opened;
    }
    const options = readOptions(log.options);
    if (options instanceof LogOptionsError) return invalid(options.message);
    const known = await this.#states.read(workload.id, name);
    const state: DeliveryState = known ?? {
      workloadId: workload.id,
      containerName: name,
      outputPath,
      group: options.group,
      stream: `${options.streamPrefix}/${name}/${workload.id}`,
      options: log.options,
      offset: 0,
      batch: 0,
      end: 0,
    };
    if (known === undefined) {
      const parts = { ...this.#options, stop: this.#stop.signal };
      const created = await createStream(parts, state, options.createGroup);
      if (!created.ok) return created;
      await this.#states.write(state);
    }
    this.#follow({ ...state, outputPath }, options);
    return opened;
  }

  /** A container whose end was found before it was opened again after a restart of the agent. */
  async #resume(workloadId: WorkloadId, containerName: string): Promise<Follower | undefined> {
    try {
      const state = await this.#states.read(workloadId, containerName);
      return state === undefined ? undefined : this.#follow(state, readAwslogsOptions(state.options));
    } catch (thrown) {
      this.#options.logger.warn({ workloadId, containerName, error: messageOf(thrown) }, "cannot take up a log again");
      return undefined;
    }
  }

  #follow(state: DeliveryState, options: AwslogsOptions): Follower {
    const follower = new ContainerLog({ ...this.#options, states: this.#states }, options, state);
    return this.#start(state.workloadId, state.containerName, follower);
  }

  #start(workloadId: WorkloadId, containerName: string, follower: Follower): Follower {
    this.#followers.set(keyOf(workloadId, containerName), follower);
    follower.start();
    return follower;
  }
}

const keyOf = (workloadId: WorkloadId, containerName: string): string => `${workloadId}/${containerName}`;

const readOptions = (options: Readonly<Record<string, string>>): AwslogsOptions | LogOptionsError => {
  try {
    return readAwslogsOptions(options);
  } catch (thrown) {
    if (thrown instanceof LogOptionsError) return thrown;
    throw thrown;
  }
};
