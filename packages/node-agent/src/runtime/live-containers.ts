import type { WorkloadId } from "@fleetless/kernel";
import { keyText, type LabelledContainer } from "./container-ids.ts";
import type { ContainerExit, ContainerKey } from "./contract.ts";

export interface LiveContainer extends LabelledContainer {
  readonly containerId: string;
  /** Its first process; unknown while containerd is still making it. */
  pid?: number;
  exit?: ContainerExit;
  /** When containerd was first found not to know it, in milliseconds since the Unix epoch. */
  missedAt?: number;
}

/** The newest attempt of each container on this machine, and who wants to hear of exits. */
export class LiveContainers {
  readonly #byKey = new Map<string, LiveContainer>();
  readonly #byId = new Map<string, LiveContainer>();
  readonly #listeners = new Set<(exit: ContainerExit) => void>();

  /** Takes in a container that was found, unless it or a newer attempt is known; answers the one that is known now. */
  add(container: LiveContainer): LiveContainer {
    const known = this.#byKey.get(keyText(container));
    if (known !== undefined && known.attempt >= container.attempt) return known;
    return this.begin(container);
  }

  /** Takes in a container that is being made: what is known of one of the same name made before concerns it not. */
  begin(container: LiveContainer): LiveContainer {
    this.#byKey.set(keyText(container), container);
    this.#byId.set(container.containerId, container);
    return container;
  }

  get(key: ContainerKey): LiveContainer | undefined {
    return this.#byKey.get(keyText(key));
  }

  byId(containerId: string): LiveContainer | undefined {
    return this.#byId.get(containerId);
  }

  of(workloadId: WorkloadId): readonly LiveContainer[] {
    return [...this.#byKey.values()].filter((live) => live.workloadId === workloadId);
  }

  /** Those whose end was not told yet. */
  unended(): readonly LiveContainer[] {
    return [...this.#byKey.values()].filter((live) => live.exit === undefined);
  }

  remove(container: LiveContainer): void {
    if (this.#byId.get(container.containerId) === container) this.#byId.delete(container.containerId);
    if (this.#byKey.get(keyText(container)) === container) this.#byKey.delete(keyText(container));
  }

  onExit(listener: (exit: ContainerExit) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  announce(container: LiveContainer, exit: ContainerExit): void {
    if (container.exit !== undefined) return;
    container.exit = exit;
    for (const listener of this.#listeners) listener(exit);
  }
}
