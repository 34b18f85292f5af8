import process from "node:process";
import { table } from "../packages/cli/src/output.ts";
import { drawTimeline } from "../packages/cli/src/timeline.ts";
import { prepareBareRuntime } from "./launch/bare.ts";
import { startDocker } from "./launch/docker.ts";
import { type LaunchFigures, measureFleetless } from "./launch/fleetless.ts";

/** Whole-process figures, all in one run, printed as a table with ratios: times vary between machines, ratios hold. */
const rounds = 15;

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const repeat = (work: () => number): number => median(Array.from({ length: rounds }, work));
const ms = (value: number): string => `${value.toFixed(0)} ms`;
const times = (value: number): string => `${value.toFixed(2)} ×`;

const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

const bare = prepareBareRuntime();
const before = { runc: repeat(bare.runc), runsc: repeat(bare.runsc) };
const docker = await startDocker();
let dockerRun: { readonly toEnd: number; readonly detached: number } | undefined;
if ("run" in docker) {
  try {
    dockerRun = { toEnd: repeat(docker.run), detached: repeat(docker.runDetached) };
  } finally {
    await docker.close();
  }
}
const underRunc = await measureFleetless("runc", bare.runc);
const underGvisor = await measureFleetless("gvisor", bare.runsc);
const after = { runc: repeat(bare.runc), runsc: repeat(bare.runsc) };
bare.close();

type Row = readonly [string, string, string, string];
const bareRows = (program: "runc" | "runsc", figures: LaunchFigures): readonly Row[] => {
  const value = `${ms(median(figures.bare))} (least ${ms(Math.min(...figures.bare))})`;
  return [[`bare ${program} run`, value, `before, after: ${ms(before[program])}, ${ms(after[program])}`, "1"]];
};
const launchRows = (name: string, program: string, figures: LaunchFigures): readonly Row[] => {
  const { single, bare: alone } = figures;
  const value = `${ms(median(single))} (least ${ms(Math.min(...single))})`;
  const least = times(Math.min(...single) / Math.min(...alone));
  return [[name, value, `bare ${program} run`, `${times(median(single) / median(alone))} (least ${least})`]];
};
const dockerRows = (): readonly Row[] => {
  if (dockerRun === undefined) return [["docker run", "reason" in docker ? docker.reason : "", "", ""]];
  const beside = median(underRunc.bare);
  return [
    ["docker run", ms(dockerRun.toEnd), "bare runc run", times(dockerRun.toEnd / beside)],
    ["docker run --detach", ms(dockerRun.detached), "bare runc run", times(dockerRun.detached / beside)],
  ];
};
const besideDocker = (): readonly Row[] =>
  dockerRun === undefined
    ? []
    : [
        ["", "", "docker run", times(median(underRunc.single) / dockerRun.toEnd)],
        ["", "", "docker run --detach", times(median(underRunc.single) / dockerRun.detached)],
      ];
const burstRow = (name: string, program: string, figures: LaunchFigures): Row => [
  `20 at once, ${name}, per task`,
  ms(figures.twentyAtOnce / 20),
  `bare ${program} run`,
  times(figures.twentyAtOnce / 20 / median(figures.bare)),
];
print(
  table([
    [`figure (medians of ${rounds})`, "value", "beside", "ratio"],
    ...bareRows("runc", underRunc),
    ...bareRows("runsc", underGvisor),
    ...dockerRows(),
    ...launchRows("RunTask → RUNNING, runc", "runc", underRunc),
    ...besideDocker(),
    ...launchRows("RunTask → RUNNING, gVisor", "runsc", underGvisor),
    burstRow("runc", "runc", underRunc),
    burstRow("gVisor", "runsc", underGvisor),
    ["memory of an idle task, runc", `${underRunc.idleTaskMiB.toFixed(1)} MiB`, "", ""],
    ["memory of an idle task, gVisor", `${underGvisor.idleTaskMiB.toFixed(1)} MiB`, "", ""],
    ["cold start of fleetless up", ms(underRunc.coldStart), "goal 2000 ms", times(underRunc.coldStart / 2_000)],
    ["Fleetless idle", `${underRunc.idleMiB.toFixed(0)} MiB`, "goal 150 MiB", times(underRunc.idleMiB / 150)],
  ]),
);
for (const [name, figures] of [
  ["runc", underRunc],
  ["gVisor", underGvisor],
] as const) {
  print(`\nWhere the time of a launch goes, ${name}\n${drawTimeline(figures.timeline, new Date(figures.createdAt))}`);
}
