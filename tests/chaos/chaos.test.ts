import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { DescribeNetworkInterfacesCommand, type NetworkInterface } from "@aws-sdk/client-ec2";
import type { Task } from "@aws-sdk/client-ecs";
import { expect, onTestFailed, onTestFinished, test } from "vitest";
import { importBusybox } from "../e2e/support/busybox-image.ts";
import { createInstance } from "../e2e/support/instance.ts";
import { leftBehind, machineSnapshot } from "../e2e/support/machine.ts";
import { Tasks } from "../e2e/support/tasks.ts";
import { Assaults } from "./support/assaults.ts";
import { belongingsOf, firstProcessesOf } from "./support/belongings.ts";
import { billDiscrepancies } from "./support/bill.ts";
import { capacityDiscrepancies } from "./support/capacity.ts";
import { discrepancies, takeCensus } from "./support/census.ts";
import { networkDiscrepancies } from "./support/network-census.ts";
import { persist } from "./support/persist.ts";
import { createPlans, staysUp } from "./support/plans.ts";
import { PulledImages, remainsOfPulls } from "./support/pulled-images.ts";
import { Pushes } from "./support/pushes.ts";
import { createRandom } from "./support/random.ts";
import { type Fate, judge, type Verdict } from "./support/verdicts.ts";
import { type Launched, taskIdOf, Workload } from "./support/workload.ts";
import { Writes } from "./support/writes.ts";

const seed = Number(process.env.FLEETLESS_CHAOS_SEED ?? Math.floor(Math.random() * 2 ** 31));
const isolations = (process.env.FLEETLESS_CHAOS_ISOLATION ?? "runc,gvisor").split(",");
const seconds = Number(process.env.FLEETLESS_CHAOS_SECONDS ?? 180) / isolations.length;
/** How long the dust may take to settle, in seconds. */
const settleSeconds = 90;
const launchPause = { runc: 700, gvisor: 1_500 };
const writePauseMilliseconds = 300;
const pushPauseMilliseconds = 1_500;
/** How many of the tasks whose image could not be pulled are run once more. */
const againAtMost = 3;

/** Asks again until nothing is left to complain of, for as long as things may take to settle; answers the complaints. */
const settle = async (complaints: () => Promise<string[]>): Promise<string[]> => {
  for (const deadline = Date.now() + settleSeconds * 1_000; ; await sleep(1_000)) {
    const left = await complaints();
    if (left.length === 0 || Date.now() > deadline) return left;
  }
};

const interfacesOf = async (tasks: Tasks): Promise<readonly NetworkInterface[]> =>
  (await persist(() => tasks.ec2.send(new DescribeNetworkInterfacesCommand({})))).NetworkInterfaces ?? [];

const idsOf = (tasks: readonly Task[]): ReadonlySet<string> =>
  new Set(tasks.map(({ taskArn }) => taskIdOf(taskArn ?? "")));

test.each(isolations)(
  `kills and cuts at random for ${seconds} s under %s leave every task in a true state and nothing behind`,
  { timeout: (seconds + 6 * settleSeconds) * 1_000 },
  async (isolation) => {
    process.stdout.write(`chaos under ${isolation}: FLEETLESS_CHAOS_SEED=${seed}\n`);
    const before = await machineSnapshot();
    const images = await PulledImages.open(createRandom(seed + 3));
    onTestFinished(() => images.close());
    const instance = await createInstance();
    onTestFinished(() => (process.env.FLEETLESS_CHAOS_KEEP === undefined ? instance.purge() : undefined));
    const belongings = belongingsOf(instance.dataDirectory);
    const up = (): Promise<void> => instance.up("--isolation", isolation);
    await up();
    await importBusybox(instance);
    const tasks = new Tasks(instance);
    await tasks.prepare();
    const workload = new Workload(tasks, belongings, images, seed);
    await workload.prepare();
    const writes = new Writes(instance, tasks, await tasks.register("chaos-written", [{ name: "main" }]));
    await writes.prepare();
    const pushes = await Pushes.open(instance, createRandom(seed + 5));
    onTestFinished(() => pushes.line.close());
    const lines = { pulls: images.line, pushes: pushes.line };
    const assaults = new Assaults(instance, belongings, lines, createRandom(seed), up);

    onTestFailed(() => void process.stdout.write(`${assaults.history.join("\n")}\n`));

    const stop = AbortSignal.timeout(seconds * 1_000);
    const pause = isolation === "gvisor" ? launchPause.gvisor : launchPause.runc;
    await Promise.all([
      workload.run(createPlans(createRandom(seed + 1)), createRandom(seed + 2), pause, stop),
      writes.run(createRandom(seed + 4), writePauseMilliseconds, stop),
      pushes.run(createRandom(seed + 6), pushPauseMilliseconds, stop),
      assaults.run(2_500, stop),
    ]);
    await assaults.end();
    for (const line of Object.values(lines)) line.calm();

    const verdictOf = (launched: Launched, found: readonly Task[]): Verdict => {
      const { plan, taskArn, stopAcknowledged } = launched;
      const [task, ...others] = found;
      if (task?.taskArn !== taskArn || others.length > 0)
        return {
          fate: "untrue",
          complaint: `plan ${plan.number}: acknowledged ${taskArn}, there is ${found.map((one) => one.taskArn)}`,
        };
      return judge(plan, task, assaults.hit.has(taskIdOf(taskArn)), stopAcknowledged);
    };
    const verdictsNow = async (): Promise<readonly Verdict[]> => {
      const known = await workload.known();
      return workload.launched.map((launched) => verdictOf(launched, known.get(launched.plan.number) ?? []));
    };
    const complaints = (verdicts: readonly Verdict[]): string[] => verdicts.flatMap(({ complaint }) => complaint ?? []);
    const unsettled = await settle(async () => complaints(await verdictsNow()));

    const verdicts = await verdictsNow();
    const fates: Partial<Record<Fate, number>> = {};
    for (const { fate } of verdicts) fates[fate] = (fates[fate] ?? 0) + 1;
    const counts = {
      ...assaults.counts,
      "connections broken": images.line.broken,
      tasks: workload.launched.length,
      definitions: workload.registered.length,
      writes: writes.count,
      ...pushes.counts,
      ...fates,
    };
    process.stdout.write(`chaos under ${isolation}: ${JSON.stringify(counts)}\n`);
    const failures = [...workload.failures, ...pushes.failures, ...assaults.failures];
    expect(failures).toEqual([]);
    expect(unsettled).toEqual([]);
    expect(await workload.lostDefinitions()).toEqual([]);
    expect(await writes.lost()).toEqual([]);
    expect(await pushes.lost()).toEqual([]);
    // The registry's garbage is collected at the start.
    await instance.kill();
    await up();
    expect(await settle(() => pushes.remains())).toEqual([]);

    const running = async (): Promise<readonly Task[]> =>
      [...(await workload.known()).values()].flat().filter(({ lastStatus }) => lastStatus !== "STOPPED");
    /** What the machine and the store hold beside what the tasks that run have, or lack of it. */
    const traces = async (): Promise<string[]> => {
      const live = await running();
      return [
        ...discrepancies(await takeCensus(belongings), idsOf(live)),
        ...(await networkDiscrepancies(belongings, idsOf(live), await interfacesOf(tasks))),
        ...capacityDiscrepancies(instance.dataDirectory, live),
        ...(await remainsOfPulls(belongings)),
      ];
    };
    expect(await settle(traces)).toEqual([]);

    const runningIds = idsOf(await running());
    const others = [...workload.processes].filter(
      ([id, seen]) => runningIds.has(id) && firstProcessesOf(belongings, id).join() !== seen.join(),
    );
    expect(others).toEqual([]);

    const unpulled = workload.launched.filter((_launched, index) => verdicts[index]?.fate === "not pulled");
    for (const launched of unpulled.slice(0, againAtMost)) expect(await workload.runAgain(launched)).toEqual([]);

    for (const launched of workload.launched) if (staysUp(launched.plan)) await workload.stop(launched);
    expect(await settle(async () => [...idsOf(await running())])).toEqual([]);
    expect(await settle(traces)).toEqual([]);
    const asked = [...workload.launched, ...workload.again];
    const stopped = [...(await workload.known()).values()].flat();
    expect(await settle(() => billDiscrepancies(instance, tasks, asked, stopped))).toEqual([]);
    await instance.purge();
    expect(leftBehind(before, await machineSnapshot(), instance.dataDirectory)).toEqual([]);
  },
);
