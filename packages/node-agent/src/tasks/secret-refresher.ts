import type { Task } from "@fleetless/engine";
import { type Clock, type ControlPlaneSession, type Logger, messageOf, type WorkloadId } from "@fleetless/kernel";
import type { ContainerRuntime } from "../runtime/contract.ts";

export interface SecretRefresherOptions {
  readonly session: ControlPlaneSession;
  readonly runtime: ContainerRuntime;
  readonly tasks: () => readonly Task[];
  readonly clock: Clock;
  readonly logger: Logger;
}

/** How often is asked whether any secret has changed, in milliseconds; nothing is, while no container has such files. */
const lookMilliseconds = 2_000;
/** After how long a container whose secrets could not be read is tried again, in milliseconds. */
const retryMilliseconds = 15_000;

interface Watched {
  readonly workloadId: WorkloadId;
  readonly name: string;
  readonly key: string;
}

/** Keeps the files of running containers' secrets as the secrets are. Level-triggered: a missed change is seen later. */
export class SecretRefresher {
  readonly #options: SecretRefresherOptions;
  readonly #closing = new AbortController();
  /** By container and attempt: what its files were last made from. */
  readonly #written = new Map<string, string>();
  readonly #retries = new Map<string, number>();
  #running: Promise<void> | undefined;

  constructor(options: SecretRefresherOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async close(): Promise<void> {
    this.#closing.abort(new Error("the task runner is stopping"));
    await this.#running;
  }

  async #run(): Promise<void> {
    const { clock, logger } = this.#options;
    const { signal } = this.#closing;
    while (!signal.aborted) {
      await clock.sleep(lookMilliseconds, signal).catch(() => undefined);
      if (signal.aborted) return;
      try {
        await this.#look();
      } catch (thrown) {
        logger.debug({ error: messageOf(thrown) }, "cannot ask whether secrets have changed, will ask again");
      }
    }
  }

  async #look(): Promise<void> {
    const watched = this.#watched();
    const keys = new Set(watched.map(({ key }) => key));
    for (const key of this.#written.keys()) if (!keys.has(key)) this.#written.delete(key);
    for (const key of this.#retries.keys()) if (!keys.has(key)) this.#retries.delete(key);
    if (watched.length === 0) return;
    const version = await this.#options.session.secretsVersion();
    const now = this.#options.clock.now();
    for (const container of watched) {
      if (this.#closing.signal.aborted) return;
      if (this.#written.get(container.key) === version || (this.#retries.get(container.key) ?? 0) > now) continue;
      await this.#refresh(container, version);
    }
  }

  #watched(): readonly Watched[] {
    return this.#options.tasks().flatMap(({ workload, containers }) =>
      workload.containers.flatMap(({ name, secretFiles = [] }) => {
        const state = containers.find((candidate) => candidate.name === name);
        if (secretFiles.length === 0 || state?.stage !== "running") return [];
        return [{ workloadId: workload.id, name, key: `${workload.id}/${name}/${state.attempt}` }];
      }),
    );
  }

  async #refresh({ workloadId, name, key }: Watched, version: string): Promise<void> {
    const { session, runtime, clock, logger } = this.#options;
    const result = await session.containerSecrets(workloadId, name);
    if (!result.ok) {
      this.#retries.set(key, clock.now() + retryMilliseconds);
      const { code, message } = result.refusal;
      logger.warn(
        { workload: workloadId, container: name, error: `${code}: ${message}` },
        "secret files stay as they are",
      );
      return;
    }
    this.#retries.delete(key);
    if (runtime.writeSecretFiles({ workloadId, name }, result.value.files)) this.#written.set(key, version);
  }
}
