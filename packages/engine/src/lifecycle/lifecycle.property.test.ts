import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Step } from "./step.ts";
import { SimulatedNode } from "./testing/simulated-node.ts";
import { arbitraryWorkload } from "./testing/workloads.ts";

type Action =
  | { readonly kind: "succeed" | "fail"; readonly pick: number; readonly effect: boolean; readonly retryable: boolean }
  | { readonly kind: "exit"; readonly pick: number; readonly exitCode: number }
  | { readonly kind: "lose"; readonly pick: number; readonly told: boolean }
  | { readonly kind: "crash"; readonly effects: number; readonly exit: boolean }
  | { readonly kind: "wait" }
  | { readonly kind: "stop" };

const succeedAction: fc.Arbitrary<Action> = fc.record({
  kind: fc.constant("succeed" as const),
  pick: fc.nat(),
  effect: fc.boolean(),
  retryable: fc.boolean(),
});

const arbitraryAction: fc.Arbitrary<Action> = fc.oneof(
  { weight: 14, arbitrary: succeedAction },
  {
    weight: 1,
    arbitrary: fc.record({
      ...{ pick: fc.nat(), effect: fc.boolean(), retryable: fc.boolean() },
      kind: fc.constant("fail" as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("exit" as const),
      pick: fc.nat(),
      exitCode: fc.constantFrom(0, 0, 1, 7, 143),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("lose" as const), pick: fc.nat(), told: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("crash" as const), effects: fc.nat(), exit: fc.boolean() }) },
  { weight: 2, arbitrary: fc.constant<Action>({ kind: "wait" }) },
  { weight: 1, arbitrary: fc.constant<Action>({ kind: "stop" }) },
);

const isolation = fc.constantFrom("gvisor" as const, "runc" as const);

const pickFrom = <Value>(values: readonly Value[], pick: number): Value | undefined => values[pick % values.length];

/** Whether the nth step under way had its effect, by the bits of a number. */
const byBits = (bits: number): ((step: Step) => boolean) => {
  let index = 0;
  return () => ((bits >> (index++ % 30)) & 1) === 1;
};

const perform = (node: SimulatedNode, action: Action): void => {
  const running = [...node.machine.containers.values()].filter((found) => found.state === "running");
  switch (action.kind) {
    case "succeed":
    case "fail": {
      const step = pickFrom([...node.inFlight.values()], action.pick);
      if (step === undefined) return;
      if (action.kind === "succeed") node.succeed(step);
      else node.fail(step, action.effect, action.retryable);
      return;
    }
    case "exit": {
      const found = pickFrom(running, action.pick);
      if (found !== undefined) node.exit(found.name, action.exitCode);
      return;
    }
    case "lose": {
      const created = [...node.machine.containers.values()].filter((found) => found.state === "created");
      const found = pickFrom(created, action.pick);
      if (found !== undefined) node.lose(found.name, action.told);
      // What nobody told is found after a restart.
      if (!action.told) node.crash(byBits(0));
      return;
    }
    case "crash":
      node.crash(byBits(action.effects), action.exit ? running.slice(0, 1).map((found) => found.name) : []);
      return;
    case "wait":
      node.wait();
      return;
    case "stop":
      node.desireStop();
      return;
  }
};

/** Carries everything out, in order and with success, until the task has stopped. */
const finish = (node: SimulatedNode): void => {
  node.desireStop();
  for (let turn = 0; turn < 500 && node.task.phase !== "STOPPED"; turn += 1) {
    const step = node.inFlight.values().next().value;
    if (step !== undefined) node.succeed(step);
    else expect(node.wait()).toBe(true);
  }
};

describe("any order of outcomes, failures, exits, crashes and wishes", () => {
  test("keeps the promises on the way and ends STOPPED with nothing left", () => {
    fc.assert(
      fc.property(
        arbitraryWorkload,
        isolation,
        fc.array(arbitraryAction, { maxLength: 80 }),
        (workload, under, actions) => {
          const node = new SimulatedNode(workload, under);
          for (const action of actions) perform(node, action);
          finish(node);
          expect(node.task.phase).toBe("STOPPED");
          expect(node.task.stop).toBeDefined();
          expect(node.task.times.stoppedAt).toBeDefined();
          expect(node.task.begun).toEqual({});
        },
      ),
      { numRuns: 1500 },
    );
  });
});

/**
 * Each container that another waits for to end does end, with 0; the first essential one ends once all runs. `disturb`
 * is called before each turn.
 */
const liveOut = (node: SimulatedNode, disturb: (turn: number) => void): void => {
  for (let turn = 0; turn < 500 && node.task.phase !== "STOPPED"; turn += 1) {
    disturb(turn);
    const { workload } = node.task;
    for (const container of workload.containers) {
      const awaited = workload.containers.some((other) =>
        other.dependsOn.some(
          ({ containerName, condition }) =>
            containerName === container.name && (condition === "COMPLETE" || condition === "SUCCESS"),
        ),
      );
      if (awaited) node.exit(container.name, 0);
    }
    const essential = workload.containers.find((container) => container.essential);
    if (node.task.phase === "RUNNING" && essential !== undefined) node.exit(essential.name, 5);
    if (node.task.phase === "STOPPING" && node.inFlight.size === 0) {
      for (const found of node.machine.containers.values()) node.exit(found.name, 143);
    }
    const step = node.inFlight.values().next().value;
    if (step !== undefined) node.succeed(step);
    else node.wait();
  }
};

const endOf = (node: SimulatedNode): unknown => ({
  phase: node.task.phase,
  stop: node.task.stop,
  containers: node.task.containers.map(({ name, exitCode, reason, stage }) => ({ name, exitCode, reason, stage })),
  ran: node.phases.includes("RUNNING"),
});

describe("a crash at any step", () => {
  test("followed by a replay comes to the same end", () => {
    fc.assert(
      fc.property(arbitraryWorkload, isolation, fc.nat(60), fc.nat(), (workload, under, crashAt, effects) => {
        const undisturbed = new SimulatedNode(workload, under);
        liveOut(undisturbed, () => undefined);
        expect(undisturbed.task.phase).toBe("STOPPED");
        const crashed = new SimulatedNode(workload, under);
        liveOut(crashed, (turn) => {
          if (turn === crashAt) crashed.crash(byBits(effects));
        });
        expect(endOf(crashed)).toEqual(endOf(undisturbed));
      }),
      { numRuns: 800 },
    );
  });
});

describe("a container that dies before its start was asked for", () => {
  test("is made anew, and the task comes to the same end", () => {
    fc.assert(
      fc.property(arbitraryWorkload, isolation, fc.nat(40), fc.boolean(), (workload, under, from, told) => {
        const undisturbed = new SimulatedNode(workload, under);
        liveOut(undisturbed, () => undefined);
        const struck = new SimulatedNode(workload, under);
        let lost = 0;
        liveOut(struck, (turn) => {
          const starting = (name: string): boolean => [...struck.inFlight.keys()].includes(`start-container/${name}/0`);
          const found = [...struck.machine.containers.values()].find(
            ({ state, name }) =>
              state === "created" && !starting(name) && !struck.inFlight.has(`create-container/${name}/0`),
          );
          if (turn < from || lost > 0 || found === undefined || struck.task.stop !== undefined) return;
          lost += 1;
          struck.lose(found.name, told);
          if (!told) struck.crash(byBits(0));
        });
        expect(endOf(struck)).toEqual(endOf(undisturbed));
      }),
      { numRuns: 500 },
    );
  });
});
