import type { Random } from "./random.ts";

/** What a task is made to do, and so what must be true of it in the end. */
export interface Plan {
  readonly number: number;
  readonly kind: "exits" | "stays" | "stopped" | "healthy" | "several" | "pulled";
  /** Seconds for which its main container runs, where it ends by itself. */
  readonly seconds: number;
  /** What its main container exits with, where it ends by itself or is told to. */
  readonly exitCode: number;
  /** Milliseconds from its RUNNING to the StopTask. */
  readonly stopAfter: number;
}

const weights = { exits: 8, several: 3, stopped: 3, stays: 2, healthy: 1, pulled: 4 } as const;

/** How many tasks that go on until the end there may be: each takes room from the others. */
const stayingLimit = 4;

/** The next task of a run. */
export const createPlans = (random: Random): (() => Plan) => {
  let number = 0;
  let staying = 0;
  return () => {
    const drawn = random.weighted(weights);
    const stays = drawn === "stays" || drawn === "healthy";
    const kind = stays && staying >= stayingLimit ? "exits" : drawn;
    if (kind === "stays" || kind === "healthy") staying += 1;
    number += 1;
    return {
      number,
      kind,
      seconds: random.between(0, 8),
      exitCode: kind === "stopped" ? 9 : (random.pick([0, 1, 7, 42]) ?? 0),
      stopAfter: random.between(0, 5_000),
    };
  };
};

/** Whether the task must run on until it is stopped at the end. */
export const staysUp = ({ kind }: Plan): boolean => kind === "stays" || kind === "healthy";

/** Each container tells its own clock when it begins and ends, and now and then between. */
const tell = (word: "began" | "beat" | "ended"): string => `echo ${word} $(date +%s)`;
const waits = `trap '${tell("ended")}; exit 9' TERM; ${tell("began")}
count=0
while true; do
  sleep 0.2
  count=$((count + 1))
  [ $((count % 10)) -ne 0 ] || ${tell("beat")}
done`;
const endsAsTold = `${tell("began")}
count=0
while [ "$count" -lt "$SECONDS_TO_RUN" ]; do
  sleep 1
  count=$((count + 1))
  ${tell("beat")}
done
${tell("ended")}
exit "$EXIT_CODE"`;
const shell = (script: string) => ({ command: ["sh", "-c", script] });

/** By kind of plan, the containers of its task definition; `main` decides how the task ends. */
export const containersOf = {
  exits: [{ name: "main", ...shell(endsAsTold) }],
  /** From an image that is not on the machine. */
  pulled: [{ name: "main", ...shell(endsAsTold) }],
  stays: [{ name: "main", ...shell(waits), stopTimeout: 10 }],
  stopped: [{ name: "main", ...shell(waits), stopTimeout: 10 }],
  healthy: [
    {
      name: "main",
      ...shell(waits),
      stopTimeout: 10,
      healthCheck: { command: ["CMD-SHELL", "true"], interval: 5, timeout: 10, retries: 5 },
    },
  ],
  several: [
    { name: "first", ...shell("exit 0"), essential: false },
    { name: "beside", ...shell(waits), essential: false, stopTimeout: 10 },
    {
      name: "main",
      ...shell(endsAsTold),
      dependsOn: [
        { containerName: "first", condition: "SUCCESS" as const },
        { containerName: "beside", condition: "START" as const },
      ],
    },
  ],
} satisfies Record<Plan["kind"], readonly object[]>;

/** Whether its containers are told by RunTask when to end and how. */
export const isTold = ({ kind }: Plan): boolean => kind === "exits" || kind === "several" || kind === "pulled";

/** What RunTask adds to the definition for one plan. */
export const overridesOf = ({ seconds, exitCode }: Plan) => ({
  containerOverrides: [
    {
      name: "main",
      environment: [
        { name: "SECONDS_TO_RUN", value: String(seconds) },
        { name: "EXIT_CODE", value: String(exitCode) },
      ],
    },
  ],
});
