import { FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import type { Task } from "@aws-sdk/client-ecs";
import type { FleetlessInstance } from "../../e2e/support/instance.ts";
import { type Tasks, testLogGroup } from "../../e2e/support/tasks.ts";
import { persist } from "./persist.ts";
import { textOf } from "./verdicts.ts";
import { type AskedFor, taskIdOf } from "./workload.ts";

interface CostRow {
  readonly key: string;
  readonly tasks: number;
  /** Milliseconds since the Unix epoch. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly usage: { readonly seconds: number };
}

interface Costs {
  readonly rows: readonly CostRow[];
}

/** What a task's containers wrote of their own clock, in milliseconds since the Unix epoch. */
interface OwnTimes {
  readonly first: number;
  readonly last: number;
  /** Whether no container was killed before it could write that it ends. */
  readonly complete: boolean;
}

/** How far a bill may lie from a container's own clock, which tells whole seconds, on a machine under load. */
const toleranceMilliseconds = 5_000;
/** A container that was killed wrote its last line up to so long before. */
const beatMilliseconds = 2_000;
/**
 * Of a container that was lost nobody knows when it ended. It is billed until it was last known to run: at most until
 * containerd was back, which the agent waits for, and not for a time without an agent.
 */
const outageMilliseconds = 30_000;

const wordsAndTime = /^(began|beat|ended) (\d+)$/;

/** By task, the lines that its containers wrote, which each tells a time; a line that came twice is a complaint. */
const readOwnTimes = async (
  tasks: Tasks,
): Promise<{ readonly times: ReadonlyMap<string, OwnTimes>; readonly complaints: readonly string[] }> => {
  const lines = new Map<string, string[]>();
  let nextToken: string | undefined;
  do {
    const command = new FilterLogEventsCommand({ logGroupName: testLogGroup, nextToken });
    const page = await persist(() => tasks.logs.send(command));
    for (const { logStreamName = "", message = "" } of page.events ?? []) {
      if (!wordsAndTime.test(message)) continue;
      const stream = lines.get(logStreamName);
      if (stream === undefined) lines.set(logStreamName, [message]);
      else stream.push(message);
    }
    ({ nextToken } = page);
  } while (nextToken !== undefined);
  const complaints: string[] = [];
  const times = new Map<string, OwnTimes>();
  for (const [stream, messages] of lines) {
    for (const word of ["began", "ended"])
      if (messages.filter((message) => message.startsWith(word)).length > 1)
        complaints.push(`${stream} has more than one line "${word}"`);
    const id = stream.split("/").at(-1) ?? "";
    const seconds = messages.map((message) => Number(wordsAndTime.exec(message)?.[2]) * 1_000);
    const before = times.get(id);
    times.set(id, {
      first: Math.min(...seconds, before?.first ?? Number.POSITIVE_INFINITY),
      last: Math.max(...seconds, before?.last ?? 0),
      complete: messages.some((message) => message.startsWith("ended")) && (before?.complete ?? true),
    });
  }
  return { times, complaints };
};

/** A task's bill beside its own answers, its containers' clock, and the clock of whoever launched it at `askedAt`. */
const complaintsOf = (task: Task, row: CostRow, own: OwnTimes | undefined, askedAt: number): string[] => {
  const [pullStartedAt, endedAt] = [task.pullStartedAt?.getTime(), task.executionStoppedAt?.getTime()];
  const within = (name: string, value: number, from: number, to: number): string[] =>
    value >= from && value <= to ? [] : [`${name} is ${value}, not from ${from} to ${to}`];
  const lost = (task.containers ?? []).some(({ reason }) => /was lost|was killed together/.test(reason ?? ""));
  const killed = (task.containers ?? []).some(({ exitCode }) => exitCode === 137);
  const late = own?.complete === true && !lost && !killed ? 0 : beatMilliseconds + outageMilliseconds;
  const seconds = Math.max(60, Math.ceil((row.endedAt - row.startedAt) / 1_000));
  return [
    ...(row.tasks === 1 ? [] : [`it counts as ${row.tasks}`]),
    ...within("its begin", row.startedAt, askedAt, Date.now()),
    ...within("its end", row.endedAt, askedAt, Date.now()),
    ...(row.usage.seconds === seconds ? [] : [`${row.usage.seconds} s are billed, not ${seconds}`]),
    ...within("its begin", row.startedAt, pullStartedAt ?? 0, pullStartedAt ?? 0),
    ...(endedAt === undefined ? [] : within("its end", row.endedAt, endedAt, endedAt)),
    ...within("its end", row.endedAt, row.startedAt, task.stoppedAt?.getTime() ?? 0),
    ...(own === undefined
      ? []
      : [
          ...within(
            "its begin",
            row.startedAt,
            (task.createdAt?.getTime() ?? 0) - 1,
            own.first + 1_000 + toleranceMilliseconds,
          ),
          ...within(
            "its end",
            row.endedAt,
            lost ? own.first : own.last - toleranceMilliseconds,
            own.last + toleranceMilliseconds + late,
          ),
        ]),
  ];
};

/** What is billed by something else than by task: for all of them it is as much as their own rows together. */
const sumDiscrepancies = async (instance: FleetlessInstance, rows: readonly CostRow[]): Promise<string[]> => {
  const sumOf = (all: readonly CostRow[]) => ({
    tasks: all.reduce((sum, { tasks }) => sum + tasks, 0),
    seconds: all.reduce((sum, { usage }) => sum + usage.seconds, 0),
  });
  const expected = JSON.stringify(sumOf(rows));
  const sums = ["cluster", "family"].map(async (by) => {
    const { rows: grouped } = await instance.json<Costs>("cost", "--by", by);
    const found = JSON.stringify(sumOf(grouped));
    return found === expected ? [] : [`bill: by ${by} it is ${found}, by task ${expected}`];
  });
  return (await Promise.all(sums)).flat();
};

/**
 * What is wrong with the bill of tasks that have all stopped: one line each, for what its containers say themselves.
 * `asked` is every launch that was acknowledged: each that began to pull is billed once, and nothing else is.
 */
export const billDiscrepancies = async (
  instance: FleetlessInstance,
  tasks: Tasks,
  asked: readonly AskedFor[],
  stopped: readonly Task[],
): Promise<string[]> => {
  const { rows } = await instance.json<Costs>("cost", "--by", "task");
  const { times, complaints } = await readOwnTimes(tasks);
  const ids = new Set(asked.map(({ taskArn }) => taskIdOf(taskArn)));
  const byTask = Map.groupBy(rows, ({ key }) => key);
  const tasksById = new Map(stopped.map((task) => [taskIdOf(task.taskArn ?? ""), task]));
  return [
    ...complaints,
    ...(await sumDiscrepancies(instance, rows)),
    ...rows.filter(({ key }) => !ids.has(key)).map(({ key }) => `${key} is billed and was never run`),
    ...asked.flatMap(({ taskArn, askedAt }) => {
      const id = taskIdOf(taskArn);
      const task = tasksById.get(id);
      if (task === undefined) return [`${id} was launched and is not known`];
      const [row, ...others] = byTask.get(id) ?? [];
      if (row === undefined) {
        const ran = task.pullStartedAt !== undefined || times.has(id);
        return ran ? [`${id} is not billed`] : [];
      }
      if (others.length > 0) return [`${id} is billed ${others.length + 1} times`];
      return complaintsOf(task, row, times.get(id), askedAt).map(
        (complaint) => `bill: ${complaint}: ${JSON.stringify(times.get(id))} of ${textOf(task)}`,
      );
    }),
  ];
};
