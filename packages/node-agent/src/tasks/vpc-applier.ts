import { shareUnchanged, updateInterfaces } from "@fleetless/engine";
import { type Clock, type DesiredUpdate, type Logger, messageOf, type VpcId, type VpcSpec } from "@fleetless/kernel";
import type { TaskNetwork } from "../network/contract.ts";

interface Waiter {
  readonly vpc: VpcId;
  readonly version: number;
  readonly resolve: () => void;
}

const retryDelay = (failures: number): number => Math.min(5_000, 100 * 2 ** Math.min(failures, 10));

/** Keeps the node's VPCs as they are desired: one application at a time, always of the newest state. */
export class VpcApplier {
  readonly #network: TaskNetwork;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #specs = new Map<VpcId, VpcSpec>();
  readonly #removals = new Set<VpcId>();
  readonly #applied = new Set<VpcId>();
  readonly #stop = new AbortController();
  #waiters: readonly Waiter[] = [];
  #version = 0;
  #appliedVersion = 0;
  #running: Promise<void> | undefined;

  constructor(network: TaskNetwork, clock: Clock, logger: Logger) {
    this.#network = network;
    this.#clock = clock;
    this.#logger = logger;
  }

  /**
   * Takes over what is desired; the application itself goes on behind it. Throws where the update adds to what was
   * never told, so that all of it is asked for again.
   */
  follow(update: DesiredUpdate): void {
    const named = new Set(update.vpcs.map((vpc) => vpc.id));
    const gone = update.complete ? [...this.#specs.keys()].filter((id) => !named.has(id)) : update.removedVpcs;
    if (named.size === 0 && gone.length === 0 && update.vpcInterfaces.length === 0) return;
    for (const spec of update.vpcs) {
      const known = this.#specs.get(spec.id);
      this.#specs.set(spec.id, known === undefined ? spec : shareUnchanged(known, spec));
      this.#removals.delete(spec.id);
    }
    for (const change of update.vpcInterfaces) {
      const known = this.#specs.get(change.vpcId);
      if (known === undefined) throw new Error(`Told of interfaces of ${change.vpcId}, which was not told of before`);
      this.#specs.set(known.id, updateInterfaces(known, change));
    }
    for (const id of gone) {
      this.#specs.delete(id);
      this.#removals.add(id);
    }
    this.#version += 1;
    this.#run();
  }

  /** Resolves when the node enforces the VPC, and in it all that was desired when this was called. */
  enforced(vpc: VpcId, signal: AbortSignal): Promise<void> {
    if (this.#applied.has(vpc) && this.#appliedVersion === this.#version) return Promise.resolve();
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const waiter: Waiter = { vpc, version: this.#version, resolve };
      this.#waiters = [...this.#waiters, waiter];
      signal.addEventListener("abort", () => {
        this.#waiters = this.#waiters.filter((other) => other !== waiter);
        reject(signal.reason);
      });
    });
  }

  /** Whether the node enforces the VPC, if perhaps as it was desired before. */
  knows(vpc: VpcId): boolean {
    return this.#applied.has(vpc);
  }

  /** The VPC as it is desired, which the node may not enforce yet. */
  desired(vpc: VpcId): VpcSpec | undefined {
    return this.#specs.get(vpc);
  }

  async close(): Promise<void> {
    this.#stop.abort(new Error("the task runner is closing"));
    await this.#running;
  }

  #run(): void {
    this.#running ??= this.#applyUntilCurrent().finally(() => {
      this.#running = undefined;
      if (this.#appliedVersion < this.#version && !this.#stop.signal.aborted) this.#run();
    });
  }

  async #applyUntilCurrent(): Promise<void> {
    let failures = 0;
    while (this.#appliedVersion < this.#version && !this.#stop.signal.aborted) {
      try {
        await this.#applyOnce();
        failures = 0;
      } catch (thrown) {
        failures += 1;
        this.#logger.error({ error: messageOf(thrown), failures }, "VPCs could not be applied, will retry");
        await this.#clock.sleep(retryDelay(failures), this.#stop.signal).catch(() => undefined);
      }
    }
  }

  async #applyOnce(): Promise<void> {
    const version = this.#version;
    const specs = [...this.#specs.values()];
    await this.#network.apply(specs);
    for (const id of [...this.#removals]) {
      await this.#network.remove(id);
      this.#removals.delete(id);
    }
    this.#appliedVersion = version;
    this.#applied.clear();
    for (const spec of specs) this.#applied.add(spec.id);
    const served = this.#waiters.filter((waiter) => waiter.version <= version && this.#applied.has(waiter.vpc));
    this.#waiters = this.#waiters.filter((waiter) => !served.includes(waiter));
    for (const waiter of served) waiter.resolve();
  }
}
