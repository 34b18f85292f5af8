import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { DescribeNetworkInterfacesCommand } from "@aws-sdk/client-ec2";
import type { Task } from "@aws-sdk/client-ecs";
import { expect, onTestFinished, test } from "vitest";
import { importBusybox } from "../e2e/support/busybox-image.ts";
import { createInstance } from "../e2e/support/instance.ts";
import { leftBehind, machineSnapshot } from "../e2e/support/machine.ts";
import { Tasks } from "../e2e/support/tasks.ts";
import { Assaults } from "./support/assaults.ts";
import { belongingsOf, firstProcessesOf } from "./support/belongings.ts";
import { discrepancies, takeCensus } from "./support/census.ts";
import { persist } from "./support/persist.ts";
import { createPlans, staysUp } from "./support/plans.ts";
import { createRandom } from "./support/random.ts";
import { type Fate, judge, type Verdict } from "./support/verdicts.ts";
import { taskIdOf, Workload } from "./support/workload.ts";

const seed = Number(process.env.FLEETLESS_CHAOS_SEED ?? Math.floor(Math.random() * 2 ** 31));
const isolations = (process.env.FLEETLESS_CHAOS_ISOLATION ?? "runc,gvisor").split(",");
const seconds = Number(process.env.FLEETLESS_CHAOS_SECONDS ?? 60) / isolations.length;
/** How long the dust may take to settle, in seconds. */
const settleSeconds = 90;
const launchPause = { runc: 700, gvisor: 1_500 };

/** Asks again until nothing is left to complain of, for as long as things may take to settle; answers the complaints. */
const settle = async (complaints: () => Promise<string[]>): Promise<string[]> => {
  for (const deadline = Date.now() + settleSeconds * 1_000; ; await sleep(1_000)) {
    const left = await complaints();
    if (left.length === 0 || Date.now() > deadline) return left;
  }
};

test.each(isolations)(
  `kills at random for ${seconds} s under %s leave every task in a true state and nothing behind`,
  { timeout: (seconds + 5 * settleSeconds) * 1_000 },
  async (isolation) => {
    process.stdout.write(`chaos under ${isolation}: FLEETLESS_CHAOS_SEED=${seed}\n`);
    const before = await machineSnapshot();
    const instance = await createInstance();
    onTestFinished(() => (process.env.FLEETLESS_CHAOS_KEEP === undefined ? instance.purge() : undefined));
    const belongings = belongingsOf(instance.dataDirectory);
    const up = (): Promise<void> => instance.up("--isolation", isolation);
    await up();
    await importBusybox(instance);
    const tasks = new Tasks(instance);
    await tasks.prepare();
    const workload = new Workload(tasks, belongings, seed);
    await workload.prepare();
    const assaults = new Assaults(instance, belongings, createRandom(seed), up);

    const stop = AbortSignal.timeout(seconds * 1_000);
    const pause = isolation === "gvisor" ? launchPause.gvisor : launchPause.runc;
    await Promise.all([
      workload.run(createPlans(createRandom(seed + 1)), createRandom(seed + 2), pause, stop),
      assaults.run(2_500, stop),
    ]);
    await assaults.end();

    const verdictsNow = async (): Promise<{ readonly verdicts: Verdict[]; readonly known: readonly Task[] }> => {
      const known = await workload.known();
      const verdicts = workload.launched.map(({ plan, taskArn, stopAcknowledged }): Verdict => {
        const [task, ...others] = known.get(plan.number) ?? [];
        if (task?.taskArn !== taskArn || others.length > 0)
          return {
            fate: "untrue",
            complaint: `plan ${plan.number}: acknowledged ${taskArn}, there is ${task?.taskArn}`,
          };
        return judge(plan, task, assaults.hit.has(taskIdOf(taskArn)), stopAcknowledged);
      });
      return { verdicts, known: [...known.values()].flat() };
    };
    const complaints = (verdicts: readonly Verdict[]): string[] => verdicts.flatMap(({ complaint }) => complaint ?? []);
    const unsettled = await settle(async () => complaints((await verdictsNow()).verdicts));

    const { verdicts, known } = await verdictsNow();
    const fates: Partial<Record<Fate, number>> = {};
    for (const { fate } of verdicts) fates[fate] = (fates[fate] ?? 0) + 1;
    const counts = {
      ...assaults.counts,
      tasks: workload.launched.length,
      definitions: workload.registered.length,
      ...fates,
    };
    process.stdout.write(`chaos under ${isolation}: ${JSON.stringify(counts)}\n`);
    const failures = [...workload.failures, ...assaults.failures];
    if (unsettled.length + failures.length > 0) process.stdout.write(`${assaults.history.join("\n")}\n`);
    expect(failures).toEqual([]);
    expect(unsettled).toEqual([]);
    expect(await workload.lostDefinitions()).toEqual([]);

    const runningIds = (): ReadonlySet<string> =>
      new Set(known.filter(({ lastStatus }) => lastStatus === "RUNNING").map(({ taskArn }) => taskIdOf(taskArn ?? "")));
    expect(await settle(async () => discrepancies(await takeCensus(belongings), runningIds()))).toEqual([]);

    const others = [...workload.processes].filter(
      ([id, seen]) => runningIds().has(id) && firstProcessesOf(belongings, id).join() !== seen.join(),
    );
    expect(others).toEqual([]);

    for (const launched of workload.launched) if (staysUp(launched.plan)) await workload.stop(launched);
    const stillUp = async (): Promise<string[]> =>
      [...(await workload.known()).values()]
        .flat()
        .flatMap(({ lastStatus, taskArn }) => (lastStatus === "STOPPED" ? [] : (taskArn ?? "")));
    expect(await settle(stillUp)).toEqual([]);
    expect(await settle(async () => discrepancies(await takeCensus(belongings), new Set()))).toEqual([]);
    const { NetworkInterfaces } = await persist(() => tasks.ec2.send(new DescribeNetworkInterfacesCommand({})));
    expect(NetworkInterfaces).toEqual([]);
    await instance.purge();
    expect(leftBehind(before, await machineSnapshot(), instance.dataDirectory)).toEqual([]);
  },
);
