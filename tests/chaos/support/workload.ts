import { setTimeout as sleep } from "node:timers/promises";
import {
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ListTasksCommand,
  RunTaskCommand,
  StopTaskCommand,
  type Task,
} from "@aws-sdk/client-ecs";
import type { Tasks } from "../../e2e/support/tasks.ts";
import { type Belongings, firstProcessesOf } from "./belongings.ts";
import { persist } from "./persist.ts";
import { containersOf, isTold, overridesOf, type Plan, staysUp } from "./plans.ts";
import type { PulledImages } from "./pulled-images.ts";
import type { Random } from "./random.ts";

export interface AskedFor {
  readonly taskArn: string;
  /** When it was asked for first, in milliseconds since the Unix epoch. */
  readonly askedAt: number;
}

/** A task that Fleetless has said it runs. */
export interface Launched extends AskedFor {
  readonly plan: Plan;
  readonly taskDefinition: string;
  /** Whether StopTask was answered. */
  stopAcknowledged: boolean;
}

/** Tasks at a time: beyond these a slow machine would only be slower. */
const atOnce = 16;
/** How long a task may wait for others to make room, on a machine that has much else to do. */
const roomSeconds = 240;

export const taskIdOf = (taskArn: string): string => taskArn.split("/").at(-1) ?? "";

/** Launches tasks one after the other, as their plans say, and remembers all that was acknowledged. */
export class Workload {
  readonly #tasks: Tasks;
  readonly #belongings: Belongings;
  readonly #images: PulledImages;
  readonly #seed: number;
  readonly #definitions = new Map<Plan["kind"], string>();
  readonly launched: Launched[] = [];
  /** Tasks that were run for others whose image could not be pulled. */
  readonly again: AskedFor[] = [];
  /** ARNs of task definitions whose registration was acknowledged. */
  readonly registered: string[] = [];
  readonly failures: string[] = [];
  /** By task, its first processes as they were once it was RUNNING. */
  readonly processes = new Map<string, readonly string[]>();
  readonly #under = new Set<Promise<void>>();
  #launching = 0;

  constructor(tasks: Tasks, belongings: Belongings, images: PulledImages, seed: number) {
    this.#tasks = tasks;
    this.#belongings = belongings;
    this.#images = images;
    this.#seed = seed;
  }

  async prepare(): Promise<void> {
    for (const kind of Object.keys(containersOf) as Plan["kind"][]) {
      this.#definitions.set(kind, await this.#tasks.register(`chaos-${kind}`, containersOf[kind]));
    }
  }

  /** Goes on until the signal is aborted; then what was begun is brought to an end. */
  async run(next: () => Plan, random: Random, pauseMilliseconds: number, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      if ((await this.#goingOn()) < atOnce) this.#begin(next(), signal);
      if (random.between(1, 6) === 1) this.#keep(this.#register());
      const pause = random.between(pauseMilliseconds / 4, pauseMilliseconds * 2);
      await sleep(pause, undefined, { signal }).catch(() => undefined);
    }
    await Promise.all(this.#under);
  }

  /** Tasks that run or are about to, those included whose launch was not answered yet. */
  async #goingOn(): Promise<number> {
    const { taskArns } = await persist(() => this.#tasks.ecs.send(new ListTasksCommand({ desiredStatus: "RUNNING" })));
    return (taskArns?.length ?? 0) + this.#launching;
  }

  #keep(work: Promise<void>): void {
    const kept = work
      .catch((thrown: unknown) => {
        this.failures.push(String(thrown));
      })
      .finally(() => this.#under.delete(kept));
    this.#under.add(kept);
  }

  #begin(plan: Plan, signal: AbortSignal): void {
    this.#keep(
      this.#launch(plan).then(async (launched) => {
        if (staysUp(plan)) await this.#notice(launched);
        if (plan.kind !== "stopped") return;
        await sleep(plan.stopAfter, undefined, { signal }).catch(() => undefined);
        await this.stop(launched);
      }),
    );
  }

  /** Of a kind's own, or one for an image that no task had before. */
  async #definitionOf({ kind }: Plan): Promise<string> {
    if (kind !== "pulled") return this.#definitions.get(kind) ?? "";
    const image = await this.#images.next();
    const containers = containersOf.pulled.map((container) => ({ ...container, image }));
    return await persist(() => this.#tasks.register("chaos-pulled", containers));
  }

  async #launch(plan: Plan): Promise<Launched> {
    const taskDefinition = await this.#definitionOf(plan);
    const run = async () => {
      const answer = await this.#tasks.ecs.send(
        new RunTaskCommand({
          taskDefinition,
          launchType: "FARGATE",
          clientToken: `chaos-${this.#seed}-${plan.number}`,
          startedBy: `chaos-${plan.number}`,
          overrides: isTold(plan) ? overridesOf(plan) : {},
          networkConfiguration: { awsvpcConfiguration: { subnets: [this.#tasks.subnet], assignPublicIp: "ENABLED" } },
        }),
      );
      // The node is not placed on before it was heard of again.
      if (answer.failures?.some(({ reason }) => /Capacity is unavailable/.test(reason ?? "")))
        throw new Error("capacity");
      return answer;
    };
    this.#launching += 1;
    const askedAt = Date.now();
    const { tasks, failures } = await persist(run, roomSeconds).finally(() => {
      this.#launching -= 1;
    });
    const taskArn = tasks?.[0]?.taskArn;
    if (taskArn === undefined) throw new Error(`RunTask of plan ${plan.number}: ${JSON.stringify(failures)}`);
    const launched = { plan, taskArn, taskDefinition, askedAt, stopAcknowledged: false };
    this.launched.push(launched);
    return launched;
  }

  async #notice({ taskArn }: Launched): Promise<void> {
    const reached = await persist(() =>
      this.#tasks.untilTask(taskArn, ({ lastStatus }) => lastStatus === "RUNNING" || lastStatus === "STOPPED"),
    );
    const id = taskIdOf(taskArn);
    if (reached.lastStatus === "RUNNING") this.processes.set(id, firstProcessesOf(this.#belongings, id));
  }

  async stop(launched: Launched): Promise<void> {
    await persist(() => this.#tasks.ecs.send(new StopTaskCommand({ task: launched.taskArn, reason: "chaos" })));
    launched.stopAcknowledged = true;
  }

  async #register(): Promise<void> {
    this.registered.push(await persist(() => this.#tasks.register("chaos-registered", containersOf.exits)));
  }

  /** Runs what could not be pulled once more, to its end; answers what goes wrong with it still. */
  async runAgain({ plan, taskDefinition }: Launched): Promise<string[]> {
    const askedAt = Date.now();
    const [task] = await this.#tasks.start(taskDefinition, { overrides: overridesOf(plan) });
    const taskArn = task?.taskArn ?? "";
    this.again.push({ taskArn, askedAt });
    const ended = await this.#tasks.until(taskArn, "STOPPED", 120);
    const exitCode = ended.containers?.[0]?.exitCode;
    return exitCode === plan.exitCode ? [] : [`again: ${exitCode} for ${plan.exitCode}, ${ended.stoppedReason}`];
  }

  /** Acknowledged task definitions that are not there, or are not what was registered. */
  async lostDefinitions(): Promise<string[]> {
    const lost: string[] = [];
    for (const arn of this.registered) {
      const { taskDefinition } = await persist(() =>
        this.#tasks.ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: arn })),
      );
      if (taskDefinition?.status !== "ACTIVE" || taskDefinition.taskDefinitionArn !== arn) lost.push(arn);
    }
    return lost;
  }

  /** Every task that Fleetless knows of now, by the number of its plan. */
  async known(): Promise<ReadonlyMap<number, readonly Task[]>> {
    const arns: string[] = [];
    for (const desiredStatus of ["RUNNING", "STOPPED"] as const) {
      let nextToken: string | undefined;
      do {
        const from = nextToken === undefined ? {} : { nextToken };
        const page = await persist(() => this.#tasks.ecs.send(new ListTasksCommand({ desiredStatus, ...from })));
        arns.push(...(page.taskArns ?? []));
        nextToken = page.nextToken;
      } while (nextToken !== undefined);
    }
    const tasks: Task[] = [];
    const unique = [...new Set(arns)];
    for (let from = 0; from < unique.length; from += 100) {
      const page = unique.slice(from, from + 100);
      tasks.push(
        ...((await persist(() => this.#tasks.ecs.send(new DescribeTasksCommand({ tasks: page })))).tasks ?? []),
      );
    }
    return Map.groupBy(tasks, ({ startedBy }) => Number(startedBy?.replace("chaos-", "")));
  }
}
