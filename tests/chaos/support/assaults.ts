import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import type { FleetlessInstance } from "../../e2e/support/instance.ts";
import { type Belongings, processesOf, type RunningProcess } from "./belongings.ts";
import type { Random } from "./random.ts";
import type { RegistryLine } from "./registry-line.ts";

const weights = {
  "daemon killed": 3,
  "containerd killed": 2,
  "shim killed": 3,
  "container killed": 3,
  "daemon held up": 1,
  "containerd held up": 1,
  "registry cut": 4,
  "registry silent": 1,
  "own registry cut": 4,
} as const;

export type Assault = keyof typeof weights;

/** What lies between tasks' images and an instance, and between those who push and its own registry. */
export interface RegistryLines {
  readonly pulls: RegistryLine;
  readonly pushes: RegistryLine;
}

const signal = (pid: number, name: NodeJS.Signals): boolean => {
  try {
    process.kill(pid, name);
    return true;
  } catch {
    // It has ended meanwhile.
    return false;
  }
};

const shimGroupOf = (shim: RunningProcess): string => shim.arguments[shim.arguments.indexOf("-id") + 1] ?? "";

const textOf = (victim: RunningProcess): string =>
  `${/shim/.test(victim.arguments[0] ?? "") ? shimGroupOf(victim) : (victim.taskId ?? "")} (${victim.pid})`;

/** Attacks one instance at random, and knows which tasks it has hit. */
export class Assaults {
  readonly counts: Record<Assault, number> = {
    "daemon killed": 0,
    "containerd killed": 0,
    "shim killed": 0,
    "container killed": 0,
    "daemon held up": 0,
    "containerd held up": 0,
    "registry cut": 0,
    "registry silent": 0,
    "own registry cut": 0,
  };
  /** Ids of the tasks of which a process was killed. */
  readonly hit = new Set<string>();
  readonly history: string[] = [];
  /** Why Fleetless did not start where it ought to have. */
  readonly failures: string[] = [];
  #starting: Promise<void> | undefined;
  readonly #instance: FleetlessInstance;
  readonly #belongings: Belongings;
  readonly #random: Random;
  readonly #lines: RegistryLines;
  readonly #up: () => Promise<void>;
  readonly #killedShims = new Set<string>();

  constructor(
    instance: FleetlessInstance,
    belongings: Belongings,
    lines: RegistryLines,
    random: Random,
    up: () => Promise<void>,
  ) {
    this.#instance = instance;
    this.#belongings = belongings;
    this.#lines = lines;
    this.#random = random;
    this.#up = up;
  }

  async run(pauseMilliseconds: number, stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      await sleep(this.#random.between(0, pauseMilliseconds * 2), undefined, { signal: stop }).catch(() => undefined);
      if (stop.aborted) break;
      await this.#attack(this.#random.weighted(weights));
      this.#noteTasksOfKilledShims();
    }
    this.#noteTasksOfKilledShims();
  }

  async #attack(assault: Assault): Promise<void> {
    const { daemons, containerds, shims, firstProcesses } = processesOf(this.#belongings);
    switch (assault) {
      case "daemon killed":
        this.#kill(assault, daemons[0]);
        this.#starting ??= this.#start(this.#random.between(0, 3_000));
        return;
      case "containerd killed":
        this.#kill(assault, containerds[0]);
        return;
      case "shim killed": {
        const shim = this.#random.pick(shims.toSorted((a, b) => a.pid - b.pid));
        if (shim !== undefined && this.#kill(assault, shim)) this.#remember(shimGroupOf(shim));
        this.#noteTasksOfKilledShims();
        return;
      }
      case "container killed": {
        const victim = this.#random.pick(firstProcesses.toSorted((a, b) => a.pid - b.pid));
        if (victim?.taskId !== undefined) this.hit.add(victim.taskId);
        this.#kill(assault, victim);
        return;
      }
      case "daemon held up":
        await this.#hold(assault, daemons[0], 4_000);
        return;
      case "containerd held up":
        await this.#hold(assault, containerds[0], 3_000);
        return;
      case "registry cut":
      case "own registry cut": {
        const connections = (assault === "registry cut" ? this.#lines.pulls : this.#lines.pushes).cut();
        if (connections > 0) this.#note(assault, `${connections} connections`);
        return;
      }
      case "registry silent": {
        const milliseconds = this.#random.between(500, 6_000);
        this.#lines.pulls.silence(milliseconds);
        this.#note(assault, `${milliseconds} ms`);
        return;
      }
    }
  }

  /** The other assaults go on while it starts. Only where it was killed once more may it fail to. */
  async #start(afterMilliseconds: number): Promise<void> {
    await sleep(afterMilliseconds);
    for (let killed = -1; killed !== this.counts["daemon killed"]; ) {
      killed = this.counts["daemon killed"];
      await this.#up().catch((thrown: unknown) => {
        if (killed === this.counts["daemon killed"]) this.failures.push(String(thrown));
      });
    }
    this.#starting = undefined;
  }

  #kill(assault: Assault, victim: RunningProcess | undefined): boolean {
    const killed = victim !== undefined && signal(victim.pid, "SIGKILL");
    if (killed) this.#note(assault, textOf(victim));
    return killed;
  }

  async #hold(assault: Assault, victim: RunningProcess | undefined, longest: number): Promise<void> {
    const milliseconds = this.#random.between(500, longest);
    if (victim === undefined || !signal(victim.pid, "SIGSTOP")) return;
    this.#note(assault, textOf(victim));
    await sleep(milliseconds);
    signal(victim.pid, "SIGCONT");
  }

  #note(assault: Assault, of: string): void {
    this.counts[assault] += 1;
    this.history.push(`${new Date().toISOString()}: ${assault} ${of}`);
  }

  /** A shim of the pool is called as its group is, one of a container's own has the container's name. */
  #remember(shim: string): void {
    this.#killedShims.add(shim).add(`task-${shim}`);
    const [taskId] = /^[0-9a-f]{32}/.exec(shim) ?? [];
    if (taskId !== undefined) this.hit.add(taskId);
  }

  /** A shim that was killed while it was being given to a task hits that task too. */
  #noteTasksOfKilledShims(): void {
    const { sandboxes } = this.#belongings;
    for (const taskId of readdirSync(sandboxes)) {
      for (const file of filesOf(join(sandboxes, taskId))) {
        if (this.#killedShims.has(file.shimGroup)) this.hit.add(taskId);
      }
    }
  }

  /** Brings up what is down: Fleetless itself, and what of it is held up. */
  async end(): Promise<void> {
    const { daemons, containerds } = processesOf(this.#belongings);
    for (const { pid } of [...daemons, ...containerds]) signal(pid, "SIGCONT");
    await this.#starting;
    await this.#up();
    await this.#instance.pid();
  }
}

const filesOf = (directory: string): { readonly shimGroup: string }[] => {
  try {
    return readdirSync(directory)
      .filter((name) => name.endsWith(".json") && name !== "sandbox.json")
      .map((name) => JSON.parse(readFileSync(join(directory, name), "utf8")));
  } catch {
    // The task has ended meanwhile.
    return [];
  }
};
