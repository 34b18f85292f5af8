import { type Workload, type WorkloadPhase, workloadPhases } from "@fleetless/kernel";
import { expect } from "vitest";
import { applyOutcome } from "../apply-outcome.ts";
import { createTask } from "../create-task.ts";
import { conditionState, dependenciesOf, stateOf } from "../dependencies.ts";
import { dueAt } from "../due-at.ts";
import { nextSteps } from "../next-steps.ts";
import type { FoundState, Outcome } from "../outcome.ts";
import { sandboxTakesNetwork } from "../sandbox-network.ts";
import { type Step, stepKey } from "../step.ts";
import type { Task } from "../task.ts";

interface Machine {
  network: boolean;
  sandbox: boolean;
  readonly containers: Map<string, FoundState>;
  readonly openLogs: Set<string>;
}

/** A machine of plain data on which a task is carried out in any order; it checks the lifecycle's promises as it goes. */
export class SimulatedNode {
  readonly machine: Machine = { network: false, sandbox: false, containers: new Map(), openLogs: new Set() };
  readonly inFlight = new Map<string, Step>();
  readonly phases: WorkloadPhase[] = [];
  task: Task;
  now = 1_000;
  #startAllowed = true;

  constructor(workload: Workload, isolation: "gvisor" | "runc" = "runc") {
    this.task = createTask(workload, isolation, this.now);
    this.begin();
  }

  apply(outcome: Outcome): void {
    const before = this.task;
    this.task = applyOutcome(before, outcome, this.now);
    expect(workloadPhases.indexOf(this.task.phase)).toBeGreaterThanOrEqual(workloadPhases.indexOf(before.phase));
    if (before.phase !== "STOPPED") expect(this.task.sequence).toBeGreaterThan(before.sequence);
    if (before.stop !== undefined) expect(this.task.stop).toEqual(before.stop);
    if (this.phases.at(-1) !== this.task.phase) this.phases.push(this.task.phase);
    if (this.task.stop !== undefined) this.#startAllowed = false;
    if (this.task.phase === "STOPPED") this.#checkNothingLeft();
  }

  /** Begins what is wanted and not under way, and breaks off what is no longer wanted. */
  begin(): void {
    for (let changed = true; changed; ) {
      const wanted = new Map(nextSteps(this.task, this.now).map((step) => [stepKey(step), step]));
      const unwanted = [...this.inFlight].filter(([key]) => !wanted.has(key));
      const added = [...wanted].filter(([key]) => !this.inFlight.has(key));
      for (const [, step] of unwanted) this.#breakOff(step);
      for (const [key, step] of unwanted.length > 0 ? [] : added) {
        this.#checkMayBegin(step);
        this.inFlight.set(key, step);
        this.apply({ kind: "begun", step });
      }
      changed = unwanted.length > 0;
    }
  }

  succeed(step: Step): void {
    this.inFlight.delete(stepKey(step));
    this.#act(step);
    this.apply(this.#resultOf(step));
    if (step.kind === "kill-container") this.exit(step.container, 137);
    this.begin();
  }

  fail(step: Step, effect: boolean, retryable: boolean): void {
    this.inFlight.delete(stepKey(step));
    if (effect) this.#act(step);
    this.apply({ kind: "failed", step, reason: `CannotDoError: ${step.kind}`, retryable });
    this.begin();
  }

  exit(container: string, exitCode: number, told = true): void {
    const found = this.machine.containers.get(container);
    if (found?.state !== "running") return;
    const exit = { exitCode, at: this.now, outOfMemory: false };
    this.machine.containers.set(container, { ...found, state: "exited", exit });
    if (told) {
      this.apply({ kind: "exited", container, attempt: found.attempt, ...exit });
      this.begin();
    }
  }

  /** A container dies that was created and not started yet, as with the process that supervises it. */
  lose(container: string, told = true): void {
    const found = this.machine.containers.get(container);
    if (found?.state !== "created") return;
    const exit = { exitCode: 137, at: this.now, outOfMemory: false };
    this.machine.containers.set(container, { ...found, state: "exited", exit });
    if (!told) return;
    this.apply({ kind: "exited", container, attempt: found.attempt, ...exit });
    this.begin();
  }

  /** kill -9 of the agent: the steps under way may or may not have had their effect. */
  crash(hadEffect: (step: Step) => boolean, exits: readonly string[] = []): void {
    for (const step of this.inFlight.values()) if (hadEffect(step)) this.#act(step);
    this.inFlight.clear();
    this.machine.openLogs.clear();
    for (const name of exits) this.exit(name, 3, false);
    const { network, sandbox, containers } = this.machine;
    this.apply({ kind: "recovered", network, sandbox, containers: [...containers.values()] });
    this.begin();
  }

  desireStop(): void {
    const workload: Workload = {
      ...this.task.workload,
      revision: this.task.workload.revision + 1,
      desiredStatus: "STOPPED",
      stop: { code: "UserInitiated", reason: "enough" },
    };
    this.apply({ kind: "desired", workload });
    this.begin();
  }

  /** Moves on to the next moment at which something is due; false where there is none. */
  wait(): boolean {
    const due = dueAt(this.task, this.now);
    if (due === undefined) return false;
    expect(due).toBeGreaterThan(this.now);
    this.now = due;
    this.apply({ kind: "tick" });
    this.begin();
    return true;
  }

  #breakOff(step: Step): void {
    this.inFlight.delete(stepKey(step));
    this.apply({ kind: "failed", step, reason: "broken off" });
  }

  #checkMayBegin(step: Step): void {
    const launches = ["attach-network", "create-sandbox", "prepare-image", "create-container", "start-container"];
    if (launches.includes(step.kind)) expect(this.#startAllowed).toBe(true);
    if (step.kind === "create-sandbox" && sandboxTakesNetwork(this.task)) {
      expect(this.task.network).toBe("held");
      const missing = this.task.containers.filter((each) => each.imageDigest === undefined && each.stage !== "ended");
      expect(missing).toEqual([]);
    }
    if (step.kind === "start-container") {
      expect(this.task.network).toBe("held");
      this.#checkDependencies(step.container);
    }
    if (step.kind === "stop-container") this.#checkReverseOrder(step.container);
    if (step.kind === "destroy-sandbox") {
      for (const found of this.machine.containers.values()) {
        if (stateOf(this.task, found.name)?.startedAt !== undefined) expect(found.state).not.toBe("running");
      }
    }
    if (step.kind === "detach-network") expect(this.machine.sandbox).toBe(false);
  }

  #checkDependencies(name: string): void {
    const spec = this.task.workload.containers.find((container) => container.name === name);
    if (spec === undefined || stateOf(this.task, name)?.firstStartedAt !== undefined) return;
    for (const { containerName, condition } of dependenciesOf(spec)) {
      const state = stateOf(this.task, containerName);
      const found = this.machine.containers.get(containerName);
      expect(state && conditionState(state, condition)).toBe("met");
      if (condition === "SUCCESS") expect(found?.exit?.exitCode).toBe(0);
      if (condition === "COMPLETE") expect(found?.state).toBe("exited");
    }
  }

  #checkReverseOrder(name: string): void {
    for (const other of this.task.workload.containers) {
      if (!dependenciesOf(other).some((dependency) => dependency.containerName === name)) continue;
      if (stateOf(this.task, other.name)?.startedAt === undefined) continue;
      expect(this.machine.containers.get(other.name)?.state).not.toBe("running");
    }
  }

  #checkNothingLeft(): void {
    expect(this.machine.network).toBe(false);
    expect(this.machine.sandbox).toBe(false);
    expect([...this.machine.containers.keys()]).toEqual([]);
    const givenUp = (name: string): boolean => (this.task.retries[`drain-log/${name}`]?.failures ?? 0) >= 4;
    expect([...this.machine.openLogs].filter((name) => !givenUp(name))).toEqual([]);
  }

  #act(step: Step): void {
    const { machine } = this;
    if (step.kind === "attach-network") machine.network = true;
    if (step.kind === "create-sandbox") {
      machine.network = true;
      machine.sandbox = true;
    }
    if (step.kind === "detach-network") machine.network = false;
    if (step.kind === "open-log") machine.openLogs.add(step.container);
    if (step.kind === "drain-log") machine.openLogs.delete(step.container);
    if (step.kind === "delete-container") machine.containers.delete(step.container);
    if (step.kind === "destroy-sandbox") {
      machine.sandbox = false;
      machine.containers.clear();
    }
    const there = "container" in step ? machine.containers.get(step.container) : undefined;
    const isThere = there !== undefined && (there.state !== "exited" || there.startedAt !== undefined);
    if (step.kind === "create-container" && !isThere) {
      machine.containers.set(step.container, { name: step.container, attempt: step.attempt, state: "created" });
    }
    const found = "container" in step ? machine.containers.get(step.container) : undefined;
    if (step.kind === "start-container" && found?.state === "created") {
      machine.containers.set(step.container, { ...found, state: "running", startedAt: this.now });
    }
  }

  #resultOf(step: Step): Outcome {
    switch (step.kind) {
      case "prepare-image":
        return { kind: "succeeded", step, digest: "sha256:00" };
      case "create-container":
        return { kind: "succeeded", step, runtimeId: `${step.container}-0000000001` };
      case "start-container":
        return { kind: "succeeded", step, startedAt: this.now };
      case "check-health":
        return { kind: "succeeded", step, exitCode: 0, output: "ok" };
      case "open-log":
      case "drain-log":
        return { kind: "succeeded", step };
      case "stop-container":
      case "kill-container":
      case "delete-container":
        return { kind: "succeeded", step };
      default:
        return { kind: "succeeded", step };
    }
  }
}
