import { table } from "./output.ts";

/** One step of a launch as the local API gives it. */
export interface TimelineStep {
  readonly name: string;
  readonly container?: string;
  readonly startedAt: number;
  readonly durationMilliseconds: number;
  /** Of an image: what had to be fetched. */
  readonly bytes?: number;
  /** Why the step failed, where that ended the task. */
  readonly failure?: string;
}

const barWidth = 40;

/** The steps that failed, each with its reason in a line. */
const failures = (steps: readonly TimelineStep[]): string =>
  steps
    .filter(({ failure }) => failure !== undefined)
    .map(
      ({ name, container, failure }) =>
        `\n${name}${container === undefined ? "" : ` of ${container}`} failed: ${failure}`,
    )
    .join("");

/** The steps as bars on one time line that begins when the task was asked for. */
export const drawTimeline = (steps: readonly TimelineStep[], createdAt: Date | undefined): string => {
  if (steps.length === 0) return "Nothing has been done for this task yet";
  const origin = createdAt?.getTime() ?? Math.min(...steps.map((step) => step.startedAt));
  const end = Math.max(...steps.map((step) => step.startedAt + step.durationMilliseconds));
  const scale = barWidth / Math.max(1, end - origin);
  const bars = table([
    ["STEP", "CONTAINER", "AT ms", "TOOK ms", "FETCHED", ""],
    ...steps.map((step) => {
      const offset = Math.max(0, step.startedAt - origin);
      const before = Math.min(barWidth - 1, Math.floor(offset * scale));
      const length = Math.max(1, Math.min(barWidth - before, Math.round(step.durationMilliseconds * scale)));
      return [
        step.name,
        step.container ?? "",
        offset.toFixed(0),
        step.durationMilliseconds.toFixed(1),
        step.bytes === undefined ? "" : step.bytes === 0 ? "nothing" : `${(step.bytes / 1024 / 1024).toFixed(1)} MiB`,
        " ".repeat(before) + "█".repeat(length),
      ];
    }),
  ]);
  return `${bars}${failures(steps)}`;
};
