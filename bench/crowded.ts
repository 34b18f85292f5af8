import { readFileSync } from "node:fs";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { CreateNetworkInterfaceCommand, DeleteNetworkInterfaceCommand } from "@aws-sdk/client-ec2";
import { DescribeTasksCommand } from "@aws-sdk/client-ecs";
import { table } from "../packages/cli/src/output.ts";
import { importBusybox } from "../tests/e2e/support/busybox-image.ts";
import { createInstance } from "../tests/e2e/support/instance.ts";
import { Tasks } from "../tests/e2e/support/tasks.ts";

/**
 * What a launch costs in a VPC of 1,000 interfaces beside one of ten, which are those of tasks that run all the time:
 * from RunTask until DescribeTasks says RUNNING, and the daemon's CPU for a launch and its end. Turns are taken twice,
 * so that a busy moment of the machine meets both.
 */
const rounds = 15;
const turns = 2;
const tenants = 10;
const others = 1_000 - tenants;
const atOnce = 10;

interface Launches {
  readonly milliseconds: number[];
  cpuMilliseconds: number;
}

const median = (values: readonly number[]): number =>
  [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;

/** User and system time of a process so far, in milliseconds, of which the kernel counts tens. */
const cpuOf = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return 10 * (Number(fields[11]) + Number(fields[12]));
};

const instance = await createInstance();
try {
  await instance.up("--isolation", "runc", "--log-level", "warn");
  await importBusybox(instance);
  const tasks = new Tasks(instance);
  await tasks.prepare();
  const command = ["sh", "-c", "trap 'exit 0' TERM; sleep 1000 & wait"];
  const definition = await tasks.register("bench", [{ name: "main", command }]);
  const pid = await instance.pid();

  const isRunning = async (arn: string): Promise<boolean> => {
    const { tasks: [found] = [] } = await tasks.ecs.send(new DescribeTasksCommand({ tasks: [arn] }));
    if (found?.lastStatus === "STOPPED") throw new Error(`A task stopped: ${found.stoppedReason}`);
    return found?.lastStatus === "RUNNING";
  };
  const launch = async (into: Launches): Promise<void> => {
    const cpuBefore = cpuOf(pid);
    for (let round = 0; round < rounds; round += 1) {
      await sleep(600);
      const begun = performance.now();
      const [task] = await tasks.start(definition);
      const arn = task?.taskArn ?? "";
      while (!(await isRunning(arn))) await sleep(2);
      into.milliseconds.push(performance.now() - begun);
      await tasks.stop(arn);
      await tasks.until(arn, "STOPPED", 120);
    }
    into.cpuMilliseconds += (cpuOf(pid) - cpuBefore) / rounds / turns;
  };
  const createOthers = async (): Promise<readonly string[]> => {
    const ids: string[] = [];
    while (ids.length < others) {
      const create = () => tasks.ec2.send(new CreateNetworkInterfaceCommand({ SubnetId: tasks.subnet }));
      const made = await Promise.all(Array.from({ length: atOnce }, create));
      ids.push(...made.flatMap(({ NetworkInterface }) => NetworkInterface?.NetworkInterfaceId ?? []));
    }
    return ids;
  };

  const running = await Promise.all(Array.from({ length: tenants }, () => tasks.start(definition)));
  for (const [task] of running) while (!(await isRunning(task?.taskArn ?? ""))) await sleep(20);
  await launch({ milliseconds: [], cpuMilliseconds: 0 });
  const few: Launches = { milliseconds: [], cpuMilliseconds: 0 };
  const many: Launches = { milliseconds: [], cpuMilliseconds: 0 };
  for (let turn = 0; turn < turns; turn += 1) {
    await launch(few);
    const ids = await createOthers();
    await launch(many);
    for (const id of ids) await tasks.ec2.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId: id }));
  }

  const row = (name: string, one: number, other: number): readonly string[] => {
    const ratio = one / other;
    const goal = `<= 1.10: ${ratio <= 1.1 ? "met" : "missed"}`;
    return [name, `${one.toFixed(0)} ms`, `${other.toFixed(0)} ms`, ratio.toFixed(2), goal];
  };
  const least = (values: readonly number[]): number => Math.min(...values);
  process.stdout.write(
    `${table([
      ["RunTask → RUNNING, runc", "1000 interfaces", "ten", "ratio", "goal"],
      row(`median of ${rounds * turns}`, median(many.milliseconds), median(few.milliseconds)),
      row("least", least(many.milliseconds), least(few.milliseconds)),
      row("CPU of the daemon, launch and end", many.cpuMilliseconds, few.cpuMilliseconds),
    ])}\n`,
  );
} finally {
  await instance.purge();
}
