import process from "node:process";
import { table } from "../packages/cli/src/output.ts";
import { drawTimeline } from "../packages/cli/src/timeline.ts";
import { prepareBareRuntime } from "./launch/bare.ts";
import { startDocker } from "./launch/docker.ts";
import { measureFleetless } from "./launch/fleetless.ts";

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
const runc = repeat(bare.runc);
const runsc = repeat(bare.runsc);
const docker = await startDocker();
const dockerRun = "run" in docker ? repeat(docker.run) : undefined;
if ("close" in docker) await docker.close();
const underRunc = await measureFleetless("runc");
const underGvisor = await measureFleetless("gvisor");
const runcAgain = repeat(bare.runc);
const runscAgain = repeat(bare.runsc);
bare.close();

const bareRunc = (runc + runcAgain) / 2;
const bareRunsc = (runsc + runscAgain) / 2;
print(
  table([
    ["figure", "value", "beside", "ratio"],
    ["bare runc run", ms(bareRunc), "", "1"],
    ["bare runsc run", ms(bareRunsc), "", "1"],
    [
      "docker run",
      dockerRun === undefined ? ("reason" in docker ? docker.reason : "") : ms(dockerRun),
      "bare runc run",
      dockerRun === undefined ? "" : times(dockerRun / bareRunc),
    ],
    [
      "RunTask → RUNNING, runc",
      ms(median(underRunc.single)),
      "bare runc run",
      times(median(underRunc.single) / bareRunc),
    ],
    ["", "", "docker run", dockerRun === undefined ? "" : times(median(underRunc.single) / dockerRun)],
    [
      "RunTask → RUNNING, gVisor",
      ms(median(underGvisor.single)),
      "bare runsc run",
      times(median(underGvisor.single) / bareRunsc),
    ],
    [
      "20 at once, runc, per task",
      ms(underRunc.twentyAtOnce / 20),
      "bare runc run",
      times(underRunc.twentyAtOnce / 20 / bareRunc),
    ],
    [
      "20 at once, gVisor, per task",
      ms(underGvisor.twentyAtOnce / 20),
      "bare runsc run",
      times(underGvisor.twentyAtOnce / 20 / bareRunsc),
    ],
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
