import { expect, test } from "vitest";
import { shell, useInstance } from "./support/use-instance.ts";

const instances = {
  runc: useInstance("--isolation", "runc"),
  gvisor: useInstance("--isolation", "gvisor"),
};
const isolations = ["runc", "gvisor"] as const;
const fleetless = instances.runc;
const restartPolicy = { enabled: true, restartAttemptPeriod: 60 };

/** Runs for more than a restart attempt period and fails; told apart from its restarts by a file on a volume. */
const failsAfterAMinute = (exitCode: number, afterRestart: string) => ({
  name: "main",
  ...shell(
    `if test -e /kept/first; then ${afterRestart}; fi; touch /kept/first /own; echo first; sleep 60.5; exit ${exitCode}`,
  ),
  mountPoints: [{ sourceVolume: "kept", containerPath: "/kept" }],
});
const volumes = [{ name: "kept" }];

test.concurrent.each(isolations)(
  "a container that ran for its attempt period is restarted in the running task, and counted, under %s",
  async (isolation) => {
    const { tasks } = instances[isolation];
    const afterRestart =
      "test -e /own && echo second; wget -q -O - $ECS_CONTAINER_METADATA_URI_V4; echo; sleep 3; exit 4";
    const first = await tasks.run("restarted", [{ ...failsAfterAMinute(3, afterRestart), restartPolicy }], "RUNNING", {
      volumes,
    });
    await tasks.untilLine(first, /^second$/, 90);
    const runtimeId = first.containers?.[0]?.runtimeId;
    expect(runtimeId).toBeDefined();
    const restarted = await tasks.describe(first.taskArn ?? "");
    expect(restarted).toMatchObject({
      lastStatus: "RUNNING",
      startedAt: first.startedAt,
      containers: [{ runtimeId }],
    });
    const stopped = await tasks.until(first.taskArn ?? "", "STOPPED");
    expect(stopped).toMatchObject({ stopCode: "EssentialContainerExited", containers: [{ exitCode: 4 }] });
    const [one, two, metadata] = await tasks.lines(first);
    expect([one, two]).toEqual(["first", "second"]);
    expect(JSON.parse(metadata ?? "")).toMatchObject({ RestartCount: 1, KnownStatus: "RUNNING", DockerId: runtimeId });
  },
);

test.concurrent("an exit before the attempt period is no reason to restart", async () => {
  const command = shell("echo ran; exit 3");
  const { task, lines } = await fleetless.tasks.finish("hasty", [{ name: "main", ...command, restartPolicy }]);
  expect(lines).toEqual(["ran"]);
  expect(task).toMatchObject({ stopCode: "EssentialContainerExited", containers: [{ exitCode: 3 }] });
});

test.concurrent("an ignored exit code is no reason to restart", async () => {
  const container = {
    ...failsAfterAMinute(42, "echo second"),
    restartPolicy: { ...restartPolicy, ignoredExitCodes: [42] },
  };
  const { tasks } = fleetless;
  const started = await tasks.run("ignored", [container], "RUNNING", { volumes });
  const task = await tasks.until(started.taskArn ?? "", "STOPPED", 90);
  expect(task).toMatchObject({ stopCode: "EssentialContainerExited", containers: [{ exitCode: 42 }] });
  expect(await tasks.lines(task)).toEqual(["first"]);
});

test.concurrent.each(isolations)(
  "a container that is deaf to SIGTERM has the default stopTimeout of 30 seconds under %s",
  async (isolation) => {
    const { tasks } = instances[isolation];
    const deaf = shell("trap '' TERM; echo deaf; while true; do sleep 0.1; done");
    const task = await tasks.run("deaf", [{ name: "main", ...deaf }], "RUNNING");
    await tasks.untilLine(task, /deaf/);
    await tasks.stop(task.taskArn ?? "");
    const stopped = await tasks.until(task.taskArn ?? "", "STOPPED");
    const waited = Number(stopped.executionStoppedAt) - Number(stopped.stoppingAt);
    expect(waited).toBeGreaterThan(29_500);
    expect(waited).toBeLessThan(36_000);
    expect(stopped.containers?.[0]?.exitCode).toBe(137);
  },
);
