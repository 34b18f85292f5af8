import { expect, test } from "vitest";
import { shell, useInstance } from "./support/use-instance.ts";

const fleetless = useInstance("--isolation", "runc");

const show = shell(
  [
    "echo GREETING=$GREETING KEPT=$KEPT ADDED=$ADDED",
    "wget -q -O - $ECS_CONTAINER_METADATA_URI_V4/task && echo",
    "wget -q -O - http://169.254.170.2$AWS_CONTAINER_CREDENTIALS_RELATIVE_URI && echo",
    "df -m / | tail -1",
  ].join("; "),
).command;

test.concurrent("command, environment, sizes, roles and storage of one launch stand over the definition's", async () => {
  const { tasks } = fleetless;
  const [defined, other] = await Promise.all([tasks.createRole("defined"), tasks.createRole("other")]);
  const container = {
    name: "main",
    ...shell("echo not overridden"),
    environment: [
      { name: "GREETING", value: "hello" },
      { name: "KEPT", value: "kept" },
    ],
  };
  const override = {
    name: "main",
    command: show,
    cpu: 300,
    memory: 700,
    memoryReservation: 600,
    environment: [
      { name: "GREETING", value: "good day" },
      { name: "ADDED", value: "added" },
    ],
  };
  const overrides = {
    containerOverrides: [override],
    cpu: "512",
    memory: "1024",
    taskRoleArn: other,
    ephemeralStorage: { sizeInGiB: 25 },
  };
  const { task, lines } = await tasks.finish("overridden", [container], { taskRoleArn: defined }, { overrides });
  const [greeting, metadata = "", credentials = "", storage = ""] = lines;
  expect(greeting).toBe("GREETING=good day KEPT=kept ADDED=added");
  expect(JSON.parse(metadata)).toMatchObject({
    Limits: { CPU: 0.5, Memory: 1024 },
    Containers: [{ Limits: { CPU: 300, Memory: 700 } }],
    EphemeralStorageMetrics: { Reserved: expect.any(Number) },
  });
  expect(JSON.parse(credentials).RoleArn).toBe(other);
  expect(Number(storage.trim().split(/\s+/)[1])).toBeGreaterThan(24 * 1024);
  expect(task).toMatchObject({
    cpu: "512",
    memory: "1024",
    ephemeralStorage: { sizeInGiB: 25 },
    overrides: { ...overrides, containerOverrides: [override] },
    containers: [{ cpu: "300", memory: "700", memoryReservation: "600" }],
  });
});

test.concurrent("an overridden memory limit is the one that kills", async () => {
  const { task } = await fleetless.tasks.finish(
    "small",
    [{ name: "main", memory: 400, command: ["tail", "-c", "200m", "/dev/zero"] }],
    {},
    { overrides: { containerOverrides: [{ name: "main", memory: 64 }] } },
  );
  expect(task.containers?.[0]).toMatchObject({ exitCode: 137, reason: expect.stringMatching(/^OutOfMemoryError/) });
});

test.concurrent("an execution role that the launch names is the one that may log", async () => {
  const { tasks } = fleetless;
  const executionRoleArn = await tasks.createRole("powerless");
  const { task } = await tasks.finish(
    "denied",
    [{ name: "main", ...shell("echo ran") }],
    {},
    {
      overrides: { executionRoleArn },
    },
  );
  expect(task.stopCode).toBe("TaskFailedToStart");
  expect(task.stoppedReason).toMatch(/^ResourceInitializationError: .*powerless.* is not authorized to perform: logs:/);
});

test.concurrent("an override for a container that is not there is refused", async () => {
  const { tasks } = fleetless;
  const definition = await tasks.register("known", [{ name: "main" }]);
  const overrides = { containerOverrides: [{ name: "unknown" }] };
  await expect(tasks.start(definition, { overrides })).rejects.toThrow(
    "Override for container named unknown is not a container in the TaskDefinition.",
  );
});
