import type { UsageReading } from "./outcome.ts";
import type { Task } from "./task.ts";

/** Less time than this between two measurements says nothing of a peak, in milliseconds. */
const shortest = 1_000;

/** When the first container ran: counters begin there. */
const beginning = (task: Task): number | undefined => {
  const starts = task.containers.flatMap(({ firstStartedAt }) => firstStartedAt ?? []);
  return starts.length === 0 ? undefined : Math.min(...starts);
};

/** Then the memory is given back already. */
const hasEnded = (task: Task): boolean => task.times.executionStoppedAt !== undefined;

/** Folds one reading of the task's counters in. After the containers ended, it is as of their end. */
export const applyMeasurement = (task: Task, reading: UsageReading, now: number): Task => {
  const since = beginning(task);
  if (since === undefined) return task;
  const before = task.measured;
  const at = Math.max(before?.at ?? since, Math.min(now, task.times.executionStoppedAt ?? now));
  const cpuSeconds = Math.max(before?.cpuSeconds ?? 0, reading.cpuNanoseconds / 1e9);
  const elapsed = Math.max(before === undefined ? shortest : 0, at - (before?.at ?? since));
  const used = cpuSeconds - (before?.cpuSeconds ?? 0);
  const cpuUnits = elapsed < shortest ? 0 : Math.round((used * 1024 * 1_000) / elapsed);
  const measurements = (before?.measurements ?? 0) + 1;
  const average = before?.memoryAverageBytes ?? 0;
  const memoryAverageBytes = hasEnded(task)
    ? (before?.memoryAverageBytes ?? reading.memoryPeakBytes)
    : Math.round(average + (reading.memoryBytes - average) / measurements);
  return {
    ...task,
    measured: {
      at,
      cpuSeconds,
      cpuPeakUnits: Math.max(before?.cpuPeakUnits ?? 0, cpuUnits),
      memoryPeakBytes: Math.max(before?.memoryPeakBytes ?? 0, reading.memoryPeakBytes),
      memoryAverageBytes,
      measurements,
    },
  };
};
